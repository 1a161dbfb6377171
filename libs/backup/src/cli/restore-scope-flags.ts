import { Option } from 'nest-commander';
import type { RestoreScope } from '../operations/restore-operation.js';
import { collect } from './arguments.js';
import { unlocking, type UnlockingOptions } from './unlocking-flags.js';

export interface RestoreScopeOptions extends UnlockingOptions {
  readonly database?: string[];
  readonly table?: string[];
  readonly mapCollation?: string[];
  readonly skipIncompatible?: boolean;
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
    trustStorage: options.trustStorage,
    ...(await unlocking(options, signal)),
  };
}
