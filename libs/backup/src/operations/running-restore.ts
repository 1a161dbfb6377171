import { describeSubset } from '../backup-set/missing-parts.js';
import type { Manifest } from '../backup-set/manifest.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import type { RestoreTarget } from '../database/restore/restore-targets.js';
import type { EngineLoad } from '../engine/thread-messages.js';
import type { RestoreEvent } from '../events/backup-events.js';
import type { RootRestore } from '../files/restore/file-targets.js';
import type { OpenedSet } from './found-backups.js';
import type { RestoreOptions } from './restore-options.js';

/** What is known of a restore while it runs. */
export class RunningRestore {
  /** Row of backup_restore_log; 0 until there is one. */
  id = 0;
  /** What cannot be kept, as the precheck found. */
  notices: readonly string[] = [];

  constructor(
    readonly backup: BackupHistory,
    readonly opened: OpenedSet,
    /** Their scratch schemas have no names yet before there is an operation. */
    public targets: readonly RestoreTarget[],
    readonly files: readonly RootRestore[],
    readonly load: EngineLoad,
    readonly options: RestoreOptions,
  ) {}

  get manifest(): Manifest {
    return this.opened.manifest;
  }

  /** Names of the databases that are restored, as they are to be called. */
  get names(): string[] {
    return this.targets.map(({ live }) => live);
  }

  /** Names of file roots. */
  get roots(): string[] {
    return this.files.map(({ target }) => target.root);
  }

  event(backupid: string): RestoreEvent {
    return {
      id: this.backup.id,
      backupName: this.backup.backupName,
      backupType: this.backup.backupType,
      backupid,
      restoreId: this.id,
      roots: this.roots,
      databases: this.names,
    };
  }
}

/** What the backup does not hold whole, a line each. */
export function partsOf(targets: readonly RestoreTarget[]): string[] {
  return targets.flatMap(({ live, tables }) =>
    tables.flatMap(({ name, subset }) =>
      subset === undefined ? [] : [`${describeSubset(subset)} of ${live}.${name}`],
    ),
  );
}
