import { SubCommand } from 'nest-commander';
import type { CommandResult } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { ScheduleIdCommand, type ScheduleIdOptions } from './schedule-id.command.js';
import { showSchedule } from './schedule-text.js';

@SubCommand({ name: 'pause', description: 'Stop the runs of a schedule' })
export class BackupSchedulePauseCommand extends ScheduleIdCommand<ScheduleIdOptions> {
  readonly manual: Manual = {
    usage: '--id=<schedule> [options]',
    examples: [['backup:schedule pause --id=3', 'Nothing runs until it is resumed.']],
  };

  protected async execute(options: ScheduleIdOptions): Promise<CommandResult> {
    const id = this.idOf(options, 'pause');
    const shown = await showSchedule(await this.backups.updateSchedule(id, { isActive: false }), new Date());
    const advice = `Go on with backup:schedule resume --id=${String(id)}.`;
    return { document: shown, text: `Schedule ${String(id)} is paused. ${advice}\n` };
  }
}
