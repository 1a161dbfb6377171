import { newSetName } from '../backup-set/backup-set.js';
import type { Compression } from '../backup-set/compression.js';
import type { ObjectFormat } from '../backup-set/object-format.js';
import type { BackupType } from '../catalog/catalog.types.js';
import type { EngineLoad } from '../engine/thread-messages.js';
import type { TableSelection } from '../database/selection/table-selection.js';
import type { BackupEvent } from '../events/backup-events.js';
import type { BackupBase, BaseChoice } from './backup-bases.js';
import type { CreateBackupOptions } from './create-options.js';
import type { BackupSources } from './backup-sources.js';
import type { ChosenLock } from './set-locks.js';

/** What a backup is of, and how it is made and stored. */
export interface BackupSettings {
  readonly sources: BackupSources;
  readonly selection: TableSelection;
  readonly compression: Compression;
  /** Null: it is not encrypted. */
  readonly lock: ChosenLock | null;
  readonly threads: number;
  readonly load: EngineLoad;
}

/** What is known of a backup while it runs. */
export class RunningBackup {
  readonly set: string;
  /** Row of backup_history; 0 until there is one. */
  id = 0;
  startedAt = new Date();
  /** The set's own, once it has one; null while it has none, and for a set that is not encrypted. */
  recipient: string | null = null;

  constructor(
    readonly type: BackupType,
    readonly settings: BackupSettings,
    /** What it builds on, if it was to build on anything. */
    readonly base: BaseChoice | null,
    readonly options: CreateBackupOptions,
    readonly scheduleId: number | null,
  ) {
    this.set = newSetName(type, new Date());
  }

  /** The backup that it builds on. */
  get parent(): BackupBase | null {
    return this.base?.base ?? null;
  }

  get format(): ObjectFormat {
    return { compression: this.settings.compression, recipient: this.recipient };
  }

  event(backupid: string): BackupEvent {
    return { id: this.id, backupName: this.set, backupType: this.type, backupid };
  }
}

const FULL = 'It is a full backup: ';
const BUILDS_ON = 'It builds on backup ';

/** What {@link baseNote} can begin with. */
export const BASE_NOTES: readonly string[] = [FULL, BUILDS_ON];

/** What an incremental backup stands on, or why it is a full one. */
export function baseNote(choice: BaseChoice): string {
  if (choice.base === null) {
    return `${FULL}${choice.reason}`;
  }
  const { base, passedOver } = choice;
  const newer = passedOver.length === 0 ? '' : `, and on none that is newer: ${passedOver.join('; ')}`;
  return `${BUILDS_ON}${String(base.backup.id)} (${base.backup.backupName})${newer}`;
}
