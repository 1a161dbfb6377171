import { Injectable } from '@nestjs/common';
import { chainUnknown, setOutsideChain } from '../backup-set/backup-set.errors.js';
import { openManifest, readManifestBytes, type ManifestBytes, type StoredManifest } from '../backup-set/backup-set.js';
import type { Manifest } from '../backup-set/manifest.js';
import { SetObjects } from '../backup-set/set-objects.js';
import { BackupStatus, BackupType } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import type { SetIdentities } from '../encryption/set-key.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEnvironment } from './backup-environment.js';
import { SetLocks, type UnlockOptions } from './set-locks.js';

/** Which manifest is believed, and how an encrypted one is opened. */
export interface OpenOptions extends UnlockOptions {
  /** Use the manifest in storage although the catalog does not know it. Default: false. */
  readonly trustStorage?: boolean;
}

/** A set whose manifest was read, with what opens its objects and those that it refers to. */
export interface OpenedSet extends StoredManifest {
  readonly identities: SetIdentities;
}

/** Finds backups by id, and their manifests. */
@Injectable()
export class FoundBackups {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly history: BackupHistoryRepository,
    private readonly locks: SetLocks,
  ) {}

  /** @throws BackupError `not_found` */
  async byId(id: number): Promise<BackupHistory> {
    const backup = Number.isSafeInteger(id) ? await this.history.findById(id) : null;
    if (backup === null) {
      throw new BackupError('not_found', `There is no backup ${String(id)}: see backup:list.`);
    }
    return backup;
  }

  /** A backup whose set should be in storage. @throws BackupError `not_found` when it failed, runs, or was deleted */
  async completed(id: number): Promise<BackupHistory> {
    const backup = await this.byId(id);
    if (backup.status !== BackupStatus.COMPLETED) {
      const reason = {
        [BackupStatus.DELETED]: 'was deleted',
        [BackupStatus.FAILED]: 'failed',
        [BackupStatus.PENDING]: 'has not started yet',
        [BackupStatus.RUNNING]: 'is still running',
      }[backup.status];
      throw new BackupError('not_found', `Backup ${String(id)} ${reason}: choose a completed one from backup:list.`);
    }
    return backup;
  }

  /** A backup and all that it builds on, newest first. */
  async chainOf(backup: BackupHistory): Promise<BackupHistory[]> {
    const chain = [backup];
    for (let { parentId } = backup; parentId !== null && chain.every(({ id }) => id !== parentId);) {
      const link = await this.history.findById(parentId);
      if (link === null) {
        break;
      }
      chain.push(link);
      ({ parentId } = link);
    }
    return chain;
  }

  /**
   * The manifest as stored, authenticated against the catalog unless the storage is to be trusted. That the backup is
   * encrypted, the catalog is always believed.
   */
  manifestBytes({ backupName, encryption, checksum }: BackupHistory, trustStorage: boolean): Promise<ManifestBytes> {
    return readManifestBytes(this.environment.storage, backupName, encryption, trustStorage ? null : (checksum ?? ''));
  }

  /** The manifest, and what opens the rest. @throws BackupError `damaged`, `identity_missing` or `identity_wrong` */
  async open(backup: BackupHistory, options: OpenOptions): Promise<OpenedSet> {
    const { identity, ...stored } = await this.openManifest(backup, options);
    if (identity === null) {
      return { ...stored, identities: new Map() };
    }
    const others = await this.unlockAll(new SetObjects(stored.manifest).otherSets, options);
    return { ...stored, identities: new Map([...others, [backup.backupName, identity]]) };
  }

  /** The manifest alone, with the set's own identity; null when it is not encrypted. @throws as {@link open} */
  async openManifest(
    backup: BackupHistory,
    options: OpenOptions,
  ): Promise<StoredManifest & { readonly identity: string | null }> {
    const bytes = await this.manifestBytes(backup, options.trustStorage ?? false);
    const { backupName, encryption, encryptionKeyId } = backup;
    const identity = encryption ? await this.locks.unlock(backupName, encryptionKeyId, options) : null;
    const opened = await openManifest(backupName, bytes, identity);
    this.assertReferences(opened.manifest, await this.chainOf(backup), options.trustStorage ?? false);
    return { ...opened, identity };
  }

  /**
   * A set refers to those that it builds on and to no other, whoever made it: nobody's manifest takes bytes out of a backup that
   * has nothing to do with it.
   *
   * @param chain what the set builds on as far as the catalog knows, newest first; it may begin with the set
   * @param trustStorage whether references are followed over a link that the catalog has lost
   * @throws BackupError `damaged`
   */
  assertReferences(manifest: Manifest, chain: readonly BackupHistory[], trustStorage: boolean): void {
    const known = new Set(chain.map(({ backupName }) => backupName));
    const other = new SetObjects(manifest).otherSets.find((set) => !known.has(set));
    if (other === undefined) {
      return;
    }
    const isWhole = chain.at(-1)?.backupType !== BackupType.INCREMENTAL;
    if (isWhole) {
      throw setOutsideChain(manifest.name, other);
    }
    if (!trustStorage) {
      throw chainUnknown(manifest.name, other);
    }
  }

  /** The identities of sets that a set refers to, as far as their keys are there: what that costs, verification says. */
  private async unlockAll(sets: readonly string[], options: UnlockOptions): Promise<SetIdentities> {
    const identities = new Map<string, string>();
    for (const set of sets) {
      try {
        const row = await this.history.findByName(set);
        identities.set(set, await this.locks.unlock(set, row?.encryptionKeyId ?? null, options));
      } catch (error) {
        if (!(error instanceof BackupError) || error.code !== 'damaged') {
          throw error;
        }
      }
    }
    return identities;
  }
}
