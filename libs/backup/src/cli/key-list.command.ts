import { SubCommand } from 'nest-commander';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { formatTime } from '../format.js';
import { renderTable } from './tables.js';

/** Recipients of the usual kind are this long; post-quantum ones are two thousand characters. */
const RECIPIENT_WIDTH = 62;

@SubCommand({ name: 'list', description: 'List the keys that backups are encrypted to. Example: backup:key list' })
export class BackupKeyListCommand extends BackupCommand<CommonOptions> {
  protected async execute(): Promise<CommandResult> {
    const keys = await this.backups.listKeys();
    const rows = keys.map((key) => [
      String(key.id),
      key.label,
      formatTime(key.createdAt),
      formatTime(key.retiredAt),
      String(key.backups),
      key.recipients.map(shorten).join(', '),
    ]);
    const head = ['ID', 'LABEL', 'ADDED (UTC)', 'RETIRED (UTC)', 'BACKUPS', 'RECIPIENTS'];
    return { document: keys, text: keys.length === 0 ? 'No keys.\n' : renderTable(head, rows, [0, 4]) };
  }
}

function shorten(recipient: string): string {
  return recipient.length > RECIPIENT_WIDTH ? `${recipient.slice(0, 20)}...` : recipient;
}
