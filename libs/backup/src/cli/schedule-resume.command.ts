import { SubCommand } from 'nest-commander';
import type { CommandResult } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { ScheduleIdCommand, type ScheduleIdOptions } from './schedule-id.command.js';
import { scheduleDetails, showSchedule } from './schedule-text.js';

@SubCommand({ name: 'resume', description: 'Go on with a paused schedule' })
export class BackupScheduleResumeCommand extends ScheduleIdCommand<ScheduleIdOptions> {
  readonly manual: Manual = {
    usage: '--id=<schedule> [options]',
    examples: [['backup:schedule resume --id=3', 'It runs again from now on.']],
  };

  protected async execute(options: ScheduleIdOptions): Promise<CommandResult> {
    const id = this.idOf(options, 'resume');
    const shown = await showSchedule(await this.backups.updateSchedule(id, { isActive: true }), new Date());
    return { document: shown, text: `Schedule ${String(id)} is active.\n${scheduleDetails(shown)}` };
  }
}
