import { Option, SubCommand } from 'nest-commander';
import type { CommandResult } from './backup-command.js';
import { confirm } from './confirmation.js';
import { ScheduleIdCommand, type ScheduleIdOptions } from './schedule-id.command.js';

interface ScheduleRemoveOptions extends ScheduleIdOptions {
  readonly yes?: boolean;
}

@SubCommand({ name: 'remove', description: 'Remove a schedule. Example: backup:schedule remove --id=3 --yes' })
export class BackupScheduleRemoveCommand extends ScheduleIdCommand<ScheduleRemoveOptions> {
  protected async execute(options: ScheduleRemoveOptions, signal: AbortSignal): Promise<CommandResult> {
    const id = this.idOf(options, 'remove');
    await confirm(`This removes schedule ${String(id)}; its backups stay.`, options.yes ?? false, signal);
    await this.backups.deleteSchedule(id);
    return { document: { id }, text: `Schedule ${String(id)} removed; its backups stay.\n` };
  }

  @Option({ flags: '--yes', description: 'do not ask' })
  parseYes(): boolean {
    return true;
  }
}
