import type { BackupType } from '../catalog/catalog.types.js';
import type { StorageRoom } from '../storage/backup-storage.js';

/** A complete backup that is not known to be damaged. */
export interface GoodBackup {
  readonly id: number;
  readonly createdAt: Date;
  /** Alike for backups of the same databases, tables, conditions and file roots: others are not compared with it. */
  readonly selection: string;
  /** Bytes of the sources; null when that is not known. */
  readonly logicalSize: number | null;
  /** Bytes added to storage. */
  readonly fileSize: number;
  readonly durationSeconds: number | null;
}

/** An active schedule. */
export interface ScheduleFacts {
  readonly id: number;
  readonly name: string;
  /** When it should last have run; null: it has never been due. */
  readonly dueAt: Date | null;
}

/** The latest restore drill; nulls: there was none. */
export interface DrillFacts {
  readonly lastAt: Date | null;
  /** How long that restore took. */
  readonly seconds: number | null;
}

/** What is known of the backups of one type that one schedule made, or that none did. */
export interface GroupFacts {
  readonly type: BackupType;
  /** Null: made by hand, or by a schedule that is gone. */
  readonly schedule: ScheduleFacts | null;
  /** A few, newest first. */
  readonly good: readonly GoodBackup[];
  /** When the newest that failed was begun; null: none is known. */
  readonly failedAt: Date | null;
  /** Why that one failed, where no good one has followed it; null: none has failed since, or it is not known. */
  readonly failure: string | null;
  /** When the newest that is still running was begun. */
  readonly runningSince: Date | null;
  /** The latest drill of one of them. */
  readonly drill: DrillFacts;
}

/** A database that is to be backed up. */
export interface SourceFacts {
  readonly name: string;
  /** When its newest good and whole backup was made; null: there is none, or none as young as the rules ask for. */
  readonly newestGood: Date | null;
}

/** The storage: usable with as much room as it tells, or not usable for a reason. */
export type StorageFacts =
  | { readonly usable: true; /** Null where it does not tell. */ readonly room: StorageRoom | null }
  | { readonly usable: false; /** One line. */ readonly reason: string };

export interface UnsoundBackup {
  readonly id: number;
  readonly backupName: string;
  readonly verifiedAt: Date;
}

/** What the catalog and the storage say about the health of backups. */
export interface HealthFacts {
  readonly groups: readonly GroupFacts[];
  readonly sources: readonly SourceFacts[];
  /** Backups in storage whose last verification failed, newest first. */
  readonly unsound: readonly UnsoundBackup[];
  readonly storage: StorageFacts;
  /** Bytes that the catalog counts in storage. */
  readonly storedBytes: number;
  /** The latest of all. */
  readonly drill: DrillFacts;
  /** When the oldest backup in storage was made: before there is one, no drill is due. */
  readonly oldestBackup: Date | null;
}
