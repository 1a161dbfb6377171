import { SubCommand } from 'nest-commander';
import { formatTime } from '../format.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { renderTable, type Column } from './terminal/table.js';

/** Recipients of the usual kind are this long; post-quantum ones are two thousand characters. */
const RECIPIENT_WIDTH = 62;

const COLUMNS: readonly Column[] = [
  { head: 'ID', align: 'right' },
  { head: 'LABEL', narrow: 'wrap' },
  { head: 'ADDED (UTC)', narrow: 'drop' },
  { head: 'RETIRED (UTC)' },
  { head: 'BACKUPS', align: 'right' },
  { head: 'RECIPIENTS', narrow: 'wrap' },
];

@SubCommand({ name: 'list', description: 'List the keys that backups are encrypted to' })
export class BackupKeyListCommand extends BackupCommand<CommonOptions> {
  readonly manual: Manual = {
    examples: [['backup:key list', 'List the keys, and how many backups need each.']],
  };

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
    return { document: keys, text: keys.length === 0 ? 'No keys.\n' : renderTable(COLUMNS, rows) };
  }
}

function shorten(recipient: string): string {
  return recipient.length > RECIPIENT_WIDTH ? `${recipient.slice(0, 20)}...` : recipient;
}
