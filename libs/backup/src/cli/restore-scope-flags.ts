import { Option } from 'nest-commander';
import { resolve } from 'node:path';
import type { RestoreScope } from '../operations/restore-options.js';
import { collect } from './arguments.js';
import { unlocking, type UnlockingOptions } from './unlocking-flags.js';

export interface RestoreScopeOptions extends UnlockingOptions {
  readonly database?: string[];
  readonly table?: string[];
  readonly mapCollation?: string[];
  readonly skipIncompatible?: boolean;
  readonly root?: string[];
  readonly path?: string[];
  readonly to?: string;
  readonly exact?: boolean;
  readonly trustStorage?: boolean;
}

/** For commands that choose what of a backup to restore. */
export class RestoreScopeFlags {
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

  @Option({ flags: '--root <name>', description: 'only the files of this root; may be given several times' })
  parseRoot(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }

  @Option({
    flags: '--path <pattern>',
    description: 'only files whose path in their root matches, such as avatars/**; may be given several times',
  })
  parsePath(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }

  @Option({ flags: '--to <folder>', description: 'restore files into another folder, which must exist' })
  parseTo(text: string): string {
    return resolve(text);
  }

  @Option({ flags: '--exact', description: 'move aside files that are not in the backup; --undo brings them back' })
  parseExact(): boolean {
    return true;
  }

  @Option({ flags: '--trust-storage', description: 'accept a manifest that the catalog does not know' })
  parseTrustStorage(): boolean {
    return true;
  }
}

/** What of a backup to restore, as the command line says. */
export async function restoreScope(options: RestoreScopeOptions, signal: AbortSignal): Promise<RestoreScope> {
  return {
    databases: options.database,
    tables: options.table,
    mapCollations: options.mapCollation,
    skipIncompatible: options.skipIncompatible,
    roots: options.root,
    paths: options.path,
    to: options.to,
    exact: options.exact,
    trustStorage: options.trustStorage,
    ...(await unlocking(options, signal)),
  };
}
