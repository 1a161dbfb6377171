import { Command, Option } from 'nest-commander';
import type { BackupRestoreLog } from '../catalog/entities/backup-restore-log.entity.js';
import { formatTime } from '../format.js';
import type { LoadOptions } from '../operations/load-options.js';
import { undoNotPrepared } from '../operations/operation.errors.js';
import { parseThreads, required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { BackupIdFlag } from './backup-id-flag.js';
import { noticesText } from './compatibility-text.js';
import { ConfirmationFlag } from './confirmation-flag.js';
import { confirm } from './confirmation.js';
import type { Manual } from './help/manual.js';
import { LoadFlags } from './load-flags.js';
import { InteractiveFlag, StartTimeFlag } from './operation-flags.js';
import { isForLater, prepareForLater, type LaterOptions } from './prepare-for-later.js';
import { askAboutRestore, partsText } from './restore-question.js';
import { restoreScope, RestoreScopeFlags, type RestoreScopeOptions } from './restore-scope-flags.js';
import { printable } from '../printable.js';
import { refuseFlags } from './unfitting-flags.js';
import { UnlockingFlags } from './unlocking-flags.js';
import { WithFlags } from './with-flags.js';

interface RestoreCommandOptions extends CommonOptions, RestoreScopeOptions, LoadOptions, LaterOptions {
  readonly id?: number;
  readonly yes?: boolean;
  readonly inPlace?: boolean;
  readonly allowPartial?: boolean;
  readonly undo?: boolean;
  readonly threads?: number;
}

type Effort = LoadOptions & Pick<RestoreCommandOptions, 'inPlace' | 'allowPartial' | 'threads'>;

/** What says something of a restore, and nothing of an undo. */
const OF_RESTORES = [
  'database',
  'table',
  'mapCollation',
  'skipIncompatible',
  'root',
  'path',
  'to',
  'exact',
  'trustStorage',
  'identity',
  'passphrase',
  'inPlace',
  'allowPartial',
  'threads',
  'maxRate',
  'nice',
] as const satisfies readonly (keyof RestoreCommandOptions)[];

@Command({
  name: 'backup:restore',
  description: 'Restore a backup, or take a restore back',
})
@WithFlags(BackupIdFlag, ConfirmationFlag, RestoreScopeFlags, UnlockingFlags, LoadFlags, StartTimeFlag, InteractiveFlag)
export class BackupRestoreCommand extends BackupCommand<RestoreCommandOptions> {
  readonly manual: Manual = {
    usage: '--id=<backup> [options]',
    description: [
      'Fills a staging schema, compares every row and definition in it with the backup, and only then swaps it with the live tables. Nothing live is touched before. The replaced tables are kept for --undo.',
      'Asks first, unless --yes is given, and names what will be replaced.',
      'With --at it is checked and asked about now, and done by an application that is up after that time; with --interactive, when backup:operation confirm says so.',
    ],
    examples: [
      ['backup:restore --id=12', 'Restore everything that is in the backup, after asking.'],
      ["backup:restore --id=12 --yes --table=orders --table='log_*'", 'Restore some tables without asking.'],
      ['backup:restore --id=12 --database=shop=shop_copy', 'Restore under another name, beside the live database.'],
      [
        'backup:restore --id=12 --interactive --table=orders',
        'Prepare a restore that somebody else looks at and confirms.',
      ],
      ['backup:restore --undo --id=12', 'Take the latest restore of the backup back.'],
    ],
  };

  protected async execute(options: RestoreCommandOptions, signal: AbortSignal): Promise<CommandResult> {
    const id = required(options.id, '--id', 'backup:restore --id=12 --yes');
    const isLater = isForLater(options);
    if (options.undo !== true) {
      return isLater ? this.prepareRestore(id, options, signal) : this.restore(id, options, signal);
    }
    if (isLater) {
      throw undoNotPrepared();
    }
    refuseFlags(options, OF_RESTORES, 'An undo takes all back that the restore replaced');
    return this.undo(id, options, signal);
  }

  private async restore(id: number, options: RestoreCommandOptions, signal: AbortSignal): Promise<CommandResult> {
    const wish = { ...(await restoreScope(options, signal)), ...effortOf(options) };
    const preview = await askAboutRestore(this.backups, id, wish, options.yes ?? false, signal);
    const row = await this.withProgress('Restoring', (onProgress) =>
      this.backups.restore(id, { ...wish, signal, onProgress }),
    );
    const undo =
      options.inPlace === true && preview.tables.length > 0
        ? 'The state before is in the safety backup: see backup:list.'
        : `To take it back: backup:restore --undo --id=${String(id)}`;
    const text = `Restore ${String(row.id)} completed: ${summary(row)}.${partsText(preview)} ${undo}\n${noticesText(preview)}`;
    return { document: row, text };
  }

  private async prepareRestore(
    id: number,
    options: RestoreCommandOptions,
    signal: AbortSignal,
  ): Promise<CommandResult> {
    const { passphrase: _, ...scope } = await restoreScope(options, signal);
    const settings = { ...scope, ...effortOf(options) };
    if (options.interactive !== true) {
      await askAboutRestore(this.backups, id, settings, options.yes ?? false, signal);
    }
    return prepareForLater(this.backups, { operation: 'restore', backupId: id, settings }, options);
  }

  private async undo(id: number, options: RestoreCommandOptions, signal: AbortSignal): Promise<CommandResult> {
    const latest = await this.backups.checkUndo(id);
    await confirm(
      `This takes the latest restore of backup ${String(id)} back (${summary(latest)}, ${formatTime(latest.completedAt)} UTC); rows and files written since then are lost.`,
      options.yes ?? false,
      signal,
    );
    const row = await this.backups.undoRestore(id);
    return { document: row, text: `Restore ${String(row.id)} undone: ${summary(row)} as before.\n` };
  }

  @Option({ flags: '--in-place', description: 'write to the live database after a safety backup; cannot be undone' })
  parseInPlace(): boolean {
    return true;
  }

  @Option({ flags: '--allow-partial', description: 'replace tables also by those that are partial in the backup' })
  parseAllowPartial(): boolean {
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

/** How it is done, beside what of a backup it is. */
function effortOf({ inPlace, allowPartial, threads, maxRate, nice }: RestoreCommandOptions): Effort {
  return { inPlace, allowPartial, threads, maxRate, nice };
}

function summary(row: BackupRestoreLog): string {
  const count = row.tablesRestored?.length ?? 0;
  const files = row.filesRestored === null ? [] : [`the files of ${row.filesRestored.join(', ')}`];
  const tables = `${String(count)} ${count === 1 ? 'table' : 'tables'} of ${row.target ?? ''}`;
  return [...(count > 0 || files.length === 0 ? [tables] : []), ...files].map(printable).join(' and ');
}
