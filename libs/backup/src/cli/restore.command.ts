import { Command, Option } from 'nest-commander';
import type { BackupRestoreLog } from '../catalog/entities/backup-restore-log.entity.js';
import type { RestorePreview } from '../database/restore/preview.js';
import { doesNotCarryOver } from '../database/restore/restore.errors.js';
import { collect, parseId, parseThreads, required } from './arguments.js';
import type { CommandResult } from './backup-command.js';
import { confirm } from './confirmation.js';
import { unlocking, UnlockingLoadCommand, type UnlockingLoadOptions } from './unlocking-command.js';

interface RestoreCommandOptions extends UnlockingLoadOptions {
  readonly id?: number;
  readonly yes?: boolean;
  readonly database?: string[];
  readonly table?: string[];
  readonly inPlace?: boolean;
  readonly allowPartial?: boolean;
  readonly mapCollation?: string[];
  readonly skipIncompatible?: boolean;
  readonly trustStorage?: boolean;
  readonly undo?: boolean;
  readonly threads?: number;
}

@Command({
  name: 'backup:restore',
  description:
    'Restore a backup: staged, proven, then swapped in; --undo takes it back. Example: backup:restore --id=12 --yes',
})
export class BackupRestoreCommand extends UnlockingLoadCommand<RestoreCommandOptions> {
  protected async execute(options: RestoreCommandOptions, signal: AbortSignal): Promise<CommandResult> {
    const id = required(options.id, '--id', 'backup:restore --id=12 --yes');
    return options.undo === true ? this.undo(id, options, signal) : this.restore(id, options, signal);
  }

  private async restore(id: number, options: RestoreCommandOptions, signal: AbortSignal): Promise<CommandResult> {
    const scope = {
      databases: options.database,
      tables: options.table,
      mapCollations: options.mapCollation,
      skipIncompatible: options.skipIncompatible,
      trustStorage: options.trustStorage,
      ...(await unlocking(options, signal)),
    };
    const preview = await this.backups.previewRestore(id, scope);
    if (preview.compatibility.incompatible.length > 0) {
      // nobody should say yes to what cannot be done
      throw doesNotCarryOver(preview.set, preview.compatibility);
    }
    const replaced = preview.tables.filter((table) => table.rowsNow !== null && table.rowsAfter !== null);
    const touched = [...new Set(preview.tables.map((table) => table.database))].join(', ');
    await confirm(
      `This replaces ${String(replaced.length)} tables of ${touched} with those of ${preview.set}.${partsText(preview)}`,
      options.yes ?? false,
      signal,
    );
    const { inPlace, allowPartial, threads, maxRate, nice } = options;
    const row = await this.withProgress('Restoring', (onProgress) =>
      this.backups.restore(id, { ...scope, inPlace, allowPartial, threads, maxRate, nice, signal, onProgress }),
    );
    const undo =
      inPlace === true
        ? 'The state before is in the safety backup: see backup:list.'
        : `To take it back: backup:restore --undo --id=${String(id)}`;
    const text = `Restore ${String(row.id)} completed: ${summary(row)}.${partsText(preview)} ${undo}\n`;
    return { document: row, text };
  }

  private async undo(id: number, options: RestoreCommandOptions, signal: AbortSignal): Promise<CommandResult> {
    await confirm(
      `This takes the latest restore of backup ${String(id)} back; rows written since then are lost.`,
      options.yes ?? false,
      signal,
    );
    const row = await this.backups.undoRestore(id);
    return { document: row, text: `Restore ${String(row.id)} undone: ${summary(row)} as before.\n` };
  }

  @Option({ flags: '--id <id>', description: 'the backup' })
  parseId(text: string): number {
    return parseId(text);
  }

  @Option({ flags: '--yes', description: 'do not ask' })
  parseYes(): boolean {
    return true;
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

  @Option({ flags: '--in-place', description: 'write to the live database after a safety backup; cannot be undone' })
  parseInPlace(): boolean {
    return true;
  }

  @Option({ flags: '--allow-partial', description: 'replace tables also by those that are partial in the backup' })
  parseAllowPartial(): boolean {
    return true;
  }

  @Option({ flags: '--trust-storage', description: 'accept a manifest that the catalog does not know' })
  parseTrustStorage(): boolean {
    return true;
  }

  @Option({ flags: '--undo', description: 'take the latest restore of the backup back' })
  parseUndo(): boolean {
    return true;
  }

  @Option({ flags: '--threads <n>', description: 'database sessions that load side by side' })
  parseThreads(text: string): number {
    return parseThreads(text);
  }
}

/** What comes back only in part. */
function partsText({ tables }: RestorePreview): string {
  const parts = tables.flatMap(({ database, table, part }) =>
    part === null ? [] : [`${part} of ${database}.${table}`],
  );
  return parts.length === 0 ? '' : ` The backup holds ${parts.join(', ')}.`;
}

function summary(row: BackupRestoreLog): string {
  const count = row.tablesRestored?.length ?? 0;
  return `${String(count)} ${count === 1 ? 'table' : 'tables'} of ${row.target ?? ''}`;
}
