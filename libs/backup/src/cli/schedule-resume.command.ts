import { SubCommand } from 'nest-commander';
import type { CommandResult } from './backup-command.js';
import { ScheduleIdCommand, type ScheduleIdOptions } from './schedule-id.command.js';
import { scheduleDetails, showSchedule } from './schedule-text.js';

@SubCommand({ name: 'resume', description: 'Go on with a paused schedule. Example: backup:schedule resume --id=3' })
export class BackupScheduleResumeCommand extends ScheduleIdCommand<ScheduleIdOptions> {
  protected async execute(options: ScheduleIdOptions): Promise<CommandResult> {
    const id = this.idOf(options, 'resume');
    const shown = await showSchedule(await this.backups.updateSchedule(id, { isActive: true }), new Date());
    return { document: shown, text: `Schedule ${String(id)} is active.\n${scheduleDetails(shown)}` };
  }
}
