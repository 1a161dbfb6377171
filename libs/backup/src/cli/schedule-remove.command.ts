import { SubCommand } from 'nest-commander';
import type { CommandResult } from './backup-command.js';
import { ConfirmationFlag } from './confirmation-flag.js';
import { confirm } from './confirmation.js';
import type { Manual } from './help/manual.js';
import { ScheduleIdCommand, type ScheduleIdOptions } from './schedule-id.command.js';
import { printable } from '../printable.js';
import { WithFlags } from './with-flags.js';

interface ScheduleRemoveOptions extends ScheduleIdOptions {
  readonly yes?: boolean;
}

@SubCommand({ name: 'remove', description: 'Remove a schedule' })
@WithFlags(ConfirmationFlag)
export class BackupScheduleRemoveCommand extends ScheduleIdCommand<ScheduleRemoveOptions> {
  readonly manual: Manual = {
    usage: '--id=<schedule> [options]',
    description: ['Asks first, unless --yes is given. The backups that it made stay.'],
    examples: [['backup:schedule remove --id=3', 'Remove it after asking.']],
  };

  protected async execute(options: ScheduleRemoveOptions, signal: AbortSignal): Promise<CommandResult> {
    const id = this.idOf(options, 'remove');
    const { name } = await this.backups.getSchedule(id);
    await confirm(
      `This removes schedule ${String(id)} (${printable(name)}); its backups stay.`,
      options.yes ?? false,
      signal,
    );
    await this.backups.deleteSchedule(id);
    return { document: { id }, text: `Schedule ${String(id)} removed; its backups stay.\n` };
  }
}
