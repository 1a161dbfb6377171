import { Command } from 'nest-commander';
import type { RestorePreview, TablePreview } from '../database/restore/preview.js';
import { formatBytes, formatCount, formatDuration } from '../format.js';
import { required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { BackupIdFlag } from './backup-id-flag.js';
import { compatibilityText, noticesText } from './compatibility-text.js';
import { filePreviewText } from './file-preview.js';
import type { Manual } from './help/manual.js';
import { restoreScope, RestoreScopeFlags, type RestoreScopeOptions } from './restore-scope-flags.js';
import { renderTable, type Cell, type Column } from './terminal/table.js';
import { UnlockingFlags } from './unlocking-flags.js';
import { WithFlags } from './with-flags.js';

interface PreviewOptions extends CommonOptions, RestoreScopeOptions {
  readonly id?: number;
}

const COLUMNS: readonly Column[] = [
  { head: 'TABLE', narrow: 'wrap' },
  { head: 'ROWS NOW', align: 'right' },
  { head: 'ROWS AFTER', align: 'right' },
  { head: 'CHANGE', narrow: 'wrap' },
];

@Command({
  name: 'backup:preview',
  description: 'Show what a restore would change, without changing anything',
})
@WithFlags(BackupIdFlag, RestoreScopeFlags, UnlockingFlags)
export class BackupPreviewCommand extends BackupCommand<PreviewOptions> {
  readonly manual: Manual = {
    usage: '--id=<backup> [options]',
    examples: [
      ['backup:preview --id=12', 'Show which tables and files would be replaced.'],
      ["backup:preview --id=12 --table=orders --table='log_*'", 'Of some tables only.'],
    ],
  };

  protected async execute(options: PreviewOptions, signal: AbortSignal): Promise<CommandResult> {
    const id = required(options.id, '--id', 'backup:preview --id=12');
    const preview = await this.backups.previewRestore(id, await restoreScope(options, signal));
    return { document: preview, text: previewText(preview, options.exact ?? false) };
  }
}

function changeText({ change, part }: TablePreview): string {
  return part === null ? change : `${change}: ${part}`;
}

function previewText(preview: RestorePreview, isExact: boolean): string {
  const files = filePreviewText(preview.files, isExact);
  if (preview.tables.length === 0 && preview.files.length > 0) {
    return `${files}\n${formatBytes(preview.bytes)} of files to write; about ${formatDuration(preview.expectedSeconds)}.\n`;
  }
  const count = (rows: number | null, isEstimate = false): string =>
    rows === null ? '-' : `${isEstimate ? '~' : ''}${formatCount(rows)}`;
  const table = renderTable(
    COLUMNS,
    preview.tables.map((row): Cell[] => [
      `${row.database}.${row.table}`,
      count(row.rowsNow, row.isEstimate),
      count(row.rowsAfter),
      row.damage === null ? changeText(row) : { text: `cannot be restored: ${row.damage}`, style: 'red' },
    ]),
  );
  const objects =
    preview.objects.length > 0 ? `, and ${String(preview.objects.length)} views, routines, triggers and events` : '';
  return `${table}${files}\n${formatBytes(preview.bytes)} of rows${preview.files.length > 0 ? ' and files' : ''} to load${objects}; about ${formatDuration(preview.expectedSeconds)}.\n${compatibilityText(preview.compatibility)}${noticesText(preview)}`;
}
