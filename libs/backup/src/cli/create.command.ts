import { Command, Option } from 'nest-commander';
import type { BackupType } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { contradictoryEncryption } from '../operations/encryption.errors.js';
import { BASE_NOTES } from '../operations/running-backup.js';
import type { BackupOrderSettings } from '../operations/prepared/operation-order.js';
import type { LoadOptions } from '../operations/load-options.js';
import { formatBytes, formatDuration } from '../format.js';
import { BACKUP_TYPES, collect, parseCondition, parseThreads, parseType, required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { BackupFlags, type BackupFlagOptions } from './backup-flags.js';
import type { Manual } from './help/manual.js';
import { LoadFlags } from './load-flags.js';
import { InteractiveFlag, StartTimeFlag } from './operation-flags.js';
import { obtainPassphrase } from './passphrase.js';
import { isForLater, prepareForLater, type LaterOptions } from './prepare-for-later.js';
import { printable } from '../printable.js';
import { WithFlags } from './with-flags.js';

interface CreateOptions extends CommonOptions, BackupFlagOptions, LoadOptions, LaterOptions {
  readonly type?: BackupType;
  /** False: none. */
  readonly database?: string[] | false;
  /** True, as commander sees a flag that starts with `--no-`, unless it was given. */
  readonly data?: string[] | true;
  readonly where?: Readonly<Record<string, string>>;
  readonly threads?: number;
  readonly allowPartial?: boolean;
  readonly notes?: string;
}

@Command({
  name: 'backup:create',
  description: 'Make a backup',
})
@WithFlags(BackupFlags, LoadFlags, StartTimeFlag, InteractiveFlag)
export class BackupCreateCommand extends BackupCommand<CreateOptions> {
  readonly manual: Manual = {
    usage: '--type=<type> [options]',
    description: [
      'Backs up one consistent moment of the databases, the files and the configuration that the application is set up with, compressed, with a checksum for everything. Ctrl-C cancels and leaves no half set.',
      'With --at or --interactive it is only prepared: an application that is up makes it after that time, or backup:operation confirm does.',
    ],
    examples: [
      ['backup:create --type=database', 'Back up the databases of the application.'],
      [
        "backup:create --type=database --exclude-table='tmp_*' --no-data=log",
        'Leave out some tables, and the rows of another.',
      ],
      [
        'backup:create --type=full --compression=zstd:9 --retention-days=30',
        'Back up everything, smaller, and keep it for a month.',
      ],
      [
        'backup:create --type=incremental --max-rate=20 --nice=10',
        'Store what changed since the last one, and stand back behind other work.',
      ],
      ['backup:create --type=incremental --no-database', 'Store what changed of the files since the last one.'],
      ['backup:create --type=full --at=2026-11-22T22:00:00Z', 'Have an application that is up make it tonight.'],
    ],
  };

  protected async execute(options: CreateOptions, signal: AbortSignal): Promise<CommandResult> {
    const type = required(options.type, '--type', 'backup:create --type=database');
    const settings = settingsOf(options);
    if (isForLater(options)) {
      return prepareForLater(this.backups, { operation: 'backup', type, settings }, options);
    }
    if (options.passphrase === true && (settings.encrypt === false || settings.key !== undefined)) {
      // nobody should type what is of no use
      throw contradictoryEncryption();
    }
    const passphrase = options.passphrase === true ? await obtainPassphrase(true, signal) : undefined;
    const id = await this.withProgress('Backing up', (onProgress) =>
      this.backups.createBackup(type, { ...settings, passphrase, signal, onProgress }),
    );
    const backup = await this.backups.getBackup(id);
    const ratio = backup.fileSize > 0 ? (backup.logicalSize ?? 0) / backup.fileSize : 1;
    const chain = type === 'incremental' ? await this.chainNote(backup) : '';
    return {
      document: backup,
      text: `Backup ${String(id)} completed: ${backup.backupName}, ${formatBytes(backup.fileSize)} of ${formatBytes(backup.logicalSize ?? 0)} (${ratio.toFixed(1)}:1) in ${formatDuration(backup.durationSeconds ?? 0)}${lockNote(backup.lockMilliseconds)}\n${chain}${partialNote(backup.partial ?? [])}`,
    };
  }

  /** What it builds on, or why it is a full one: its log says that. */
  private async chainNote({ backupid }: BackupHistory): Promise<string> {
    const log = await this.backups.getOperationLog(backupid ?? '');
    const entry = log.find(({ message }) => BASE_NOTES.some((start) => message.startsWith(start)));
    return entry === undefined ? '' : `${entry.message}.\n`;
  }

  @Option({
    flags: '--type <type>',
    description: 'what to back up; full is all of it, incremental what changed of it',
    choices: [...BACKUP_TYPES],
  })
  parseType(text: string): BackupType {
    return parseType(text);
  }

  @Option({
    flags: '--database <name>',
    description: "a database to back up; may be given several times (default: the application's)",
  })
  parseDatabase(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }

  @Option({ flags: '--no-database', description: 'only files and configuration, of type full or incremental' })
  parseNoDatabase(): boolean {
    return false;
  }

  @Option({
    flags: '--no-data <pattern>',
    description: 'the definition of this table without its rows; may be given several times',
  })
  parseNoData(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }

  @Option({
    flags: '--where <table=condition>',
    description: 'only the rows of this table that fulfil an SQL condition; may be given several times',
  })
  parseWhere(text: string, earlier?: Record<string, string>): Record<string, string> {
    return parseCondition(text, earlier);
  }

  @Option({ flags: '--threads <n>', description: 'database sessions that read side by side' })
  parseThreads(text: string): number {
    return parseThreads(text);
  }

  @Option({ flags: '--allow-partial', description: 'leave out what cannot be read, with a warning' })
  parseAllowPartial(): boolean {
    return true;
  }

  @Option({ flags: '--passphrase', description: 'encrypt it with a passphrase, which is asked for' })
  parsePassphrase(): boolean {
    return true;
  }

  @Option({ flags: '--notes <text>', description: 'a note to keep with it' })
  parseNotes(text: string): string {
    return text;
  }
}

function settingsOf(options: CreateOptions): BackupOrderSettings {
  const { where, compression, threads, maxRate, nice, fullEvery, retentionDays } = options;
  const { allowPartial, notes, encrypt, key } = options;
  return {
    databases: options.database === false ? [] : options.database,
    includeTables: options.includeTable,
    excludeTables: options.excludeTable,
    noDataTables: options.data === true ? undefined : options.data,
    where,
    compression,
    threads,
    maxRate,
    nice,
    fullEvery,
    retentionDays,
    allowPartial,
    notes,
    encrypt,
    key,
  };
}

/** Nothing where nobody had to wait. */
function lockNote(milliseconds: number | null): string {
  return milliseconds === null || milliseconds === 0 ? '' : `; commits were held back for ${String(milliseconds)} ms`;
}

function partialNote(parts: readonly string[]): string {
  return parts.length === 0 ? '' : `It is partial:\n${parts.map((part) => `  ${printable(part)}\n`).join('')}`;
}
