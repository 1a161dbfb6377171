import { SubCommand } from 'nest-commander';
import { BackupError } from '../errors/backup.error.js';
import type { CommandResult } from './backup-command.js';
import { BackupFlags } from './backup-flags.js';
import type { Manual } from './help/manual.js';
import { ScheduleFlags, scheduleSettings, type ScheduleOptions } from './schedule-flags.js';
import { ScheduleIdCommand, type ScheduleIdOptions } from './schedule-id.command.js';
import { scheduleDetails, showSchedule } from './schedule-text.js';
import { WithFlags } from './with-flags.js';

@SubCommand({ name: 'edit', description: 'Change a schedule' })
@WithFlags(ScheduleFlags, BackupFlags)
export class BackupScheduleEditCommand extends ScheduleIdCommand<ScheduleIdOptions & ScheduleOptions> {
  readonly manual: Manual = {
    usage: '--id=<schedule> [options]',
    examples: [["backup:schedule edit --id=3 --cron='0 4 * * *'", 'Let it run at another time.']],
  };

  protected async execute(options: ScheduleIdOptions & ScheduleOptions): Promise<CommandResult> {
    const id = this.idOf(options, 'edit');
    const changes = scheduleSettings(options);
    if (Object.keys(changes).length === 0) {
      throw new BackupError('invalid_option', 'There is nothing to change: give at least one setting, see --help.');
    }
    const shown = await showSchedule(await this.backups.updateSchedule(id, changes), new Date());
    return { document: shown, text: `Schedule ${String(id)} changed.\n${scheduleDetails(shown)}` };
  }
}
