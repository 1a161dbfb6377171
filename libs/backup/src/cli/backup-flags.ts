import { Option } from 'nest-commander';
import { collect, parseBackupCount, parseDays } from './arguments.js';

export interface BackupFlagOptions {
  readonly includeTable?: string[];
  readonly excludeTable?: string[];
  readonly compression?: string;
  readonly fullEvery?: number;
  readonly retentionDays?: number;
  readonly encrypt?: boolean;
  readonly key?: string;
}

/** For commands that say how backups are made: one now, or those of a schedule. */
export class BackupFlags {
  @Option({
    flags: '--include-table <pattern>',
    description: 'only this table, or log_*, or shop.*; may be given several times',
  })
  parseIncludeTable(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }

  @Option({ flags: '--exclude-table <pattern>', description: 'not this table; may be given several times' })
  parseExcludeTable(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }

  @Option({ flags: '--compression <method>', description: 'zstd:1 to zstd:19, gzip:1 to gzip:9, or none' })
  parseCompression(text: string): string {
    return text;
  }

  @Option({ flags: '--full-every <n>', description: 'of incremental backups, let every nth be a full one' })
  parseFullEvery(text: string): number {
    return parseBackupCount(text);
  }

  @Option({ flags: '--retention-days <n>', description: 'delete the backup after this many days' })
  parseRetentionDays(text: string): number {
    return parseDays(text);
  }

  @Option({ flags: '--encrypt', description: 'encrypt, to the only key there is unless --key names one' })
  parseEncrypt(): boolean {
    return true;
  }

  @Option({ flags: '--no-encrypt', description: 'do not encrypt, although the application usually does' })
  parseNoEncrypt(): boolean {
    return false;
  }

  @Option({ flags: '--key <key>', description: 'encrypt to this key: id or label, see backup:key list' })
  parseKey(text: string): string {
    return text;
  }
}
