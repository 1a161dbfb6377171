import { Command, Option } from 'nest-commander';
import type { RestorePreview } from '../database/restore/preview.js';
import { collect, parseId, required } from './arguments.js';
import type { CommandResult } from './backup-command.js';
import { formatBytes, formatCount, formatDuration } from './format.js';
import { compatibilityText } from './compatibility-text.js';
import { renderTable } from './tables.js';
import { unlocking, UnlockingCommand, type UnlockingOptions } from './unlocking-command.js';

interface PreviewOptions extends UnlockingOptions {
  readonly id?: number;
  readonly database?: string[];
  readonly table?: string[];
  readonly mapCollation?: string[];
  readonly skipIncompatible?: boolean;
  readonly trustStorage?: boolean;
}

@Command({
  name: 'backup:preview',
  description: 'Show what a restore would change, without changing anything. Example: backup:preview --id=12',
})
export class BackupPreviewCommand extends UnlockingCommand<PreviewOptions> {
  protected async execute(options: PreviewOptions, signal: AbortSignal): Promise<CommandResult> {
    const id = required(options.id, '--id', 'backup:preview --id=12');
    const preview = await this.backups.previewRestore(id, {
      databases: options.database,
      tables: options.table,
      mapCollations: options.mapCollation,
      skipIncompatible: options.skipIncompatible,
      trustStorage: options.trustStorage,
      ...(await unlocking(options, signal)),
    });
    return { document: preview, text: previewText(preview) };
  }

  @Option({ flags: '--id <id>', description: 'the backup' })
  parseId(text: string): number {
    return parseId(text);
  }

  @Option({ flags: '--database <name>', description: 'only this database, or OLD=NEW; may be given several times' })
  parseDatabase(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }

  @Option({ flags: '--table <name>', description: 'only this table; may be given several times' })
  parseTable(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }

  @Option({
    flags: '--map-collation <map>',
    description:
      'OLD=NEW: another collation in the place of one that the server does not have; may be given several times',
  })
  parseMapCollation(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }

  @Option({
    flags: '--skip-incompatible',
    description: 'leave out what this server cannot have and no row needs, such as views with functions it lacks',
  })
  parseSkipIncompatible(): boolean {
    return true;
  }

  @Option({ flags: '--trust-storage', description: 'accept a manifest that the catalog does not know' })
  parseTrustStorage(): boolean {
    return true;
  }
}

function previewText(preview: RestorePreview): string {
  const count = (rows: number | null, isEstimate = false): string =>
    rows === null ? '-' : `${isEstimate ? '~' : ''}${formatCount(rows)}`;
  const table = renderTable(
    ['TABLE', 'ROWS NOW', 'ROWS AFTER', 'CHANGE'],
    preview.tables.map((row) => [
      `${row.database}.${row.table}`,
      count(row.rowsNow, row.isEstimate),
      count(row.rowsAfter),
      row.part === null ? row.change : `${row.change}: ${row.part}`,
    ]),
    [1, 2],
  );
  const objects =
    preview.objects.length > 0 ? `, and ${String(preview.objects.length)} views, routines, triggers and events` : '';
  return `${table}\n${formatBytes(preview.bytes)} of rows to load${objects}; about ${formatDuration(preview.expectedSeconds)}.\n${compatibilityText(preview.compatibility)}`;
}
