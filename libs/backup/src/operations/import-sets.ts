import { Injectable } from '@nestjs/common';
import { BackupLogger } from '../backup-logger.js';
import { assertSetName, findManifest, openManifest, readManifestBytes } from '../backup-set/backup-set.js';
import { SET_NAME } from '../backup-set/set-name.js';
import { setDamaged } from '../backup-set/backup-set.errors.js';
import { SetObjects } from '../backup-set/set-objects.js';
import { tablesByDamage } from '../backup-set/tables-by-damage.js';
import { assertNoDamage, findMissing } from '../backup-set/verification.js';
import { BackupStatus } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupError, messageOf } from '../errors/backup.error.js';
import { BackupEnvironment } from './backup-environment.js';
import { FoundBackups } from './found-backups.js';
import { completedRow } from './history-rows.js';
import { SetLocks, type UnlockOptions } from './set-locks.js';

export interface ImportOptions extends UnlockOptions {
  /** Sets to import. Default: every one in storage that the catalog does not know. */
  readonly names?: readonly string[];
}

export interface ImportResult {
  /** Ids of the rows. */
  readonly imported: readonly number[];
  /** Ids of the backups that the catalog had already. */
  readonly known: readonly number[];
  /** Sets that were left out, and why. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** Fills the catalog from the manifests in storage: what a lost catalog is rebuilt with. */
@Injectable()
export class ImportSetsService {
  private readonly logger = new BackupLogger();

  constructor(
    private readonly environment: BackupEnvironment,
    private readonly history: BackupHistoryRepository,
    private readonly backups: FoundBackups,
    private readonly locks: SetLocks,
  ) {}

  /**
   * Takes the storage at its word: whoever can write to it can have a set imported.
   *
   * @throws BackupError for a set that was named and cannot be imported; others are skipped with the reason
   */
  async import(options: ImportOptions): Promise<ImportResult> {
    const { storage } = this.environment;
    options.names?.forEach(assertSetName);
    await storage.check();
    const names = options.names ?? (await storage.listSets()).filter((name) => SET_NAME.test(name));
    const imported = new Map<string, number>();
    const known: number[] = [];
    const skipped: { name: string; reason: string }[] = [];
    for (const name of [...names].sort()) {
      if (imported.has(name)) {
        continue;
      }
      try {
        const knownId = options.names === undefined ? await this.knownId(name) : null;
        if (knownId === null) {
          await this.importSet(name, options, imported, new Set());
        } else {
          known.push(knownId);
        }
      } catch (error) {
        if (!(error instanceof BackupError) || options.names !== undefined) {
          throw error;
        }
        this.logger.warn(error.message);
        skipped.push({ name, reason: messageOf(error) });
      }
    }
    return { imported: [...imported.values()], known, skipped };
  }

  /** Null: the catalog does not know the set. */
  private async knownId(name: string): Promise<number | null> {
    const known = await this.history.findByName(name);
    return known === null || isUnknownSet(known) ? null : known.id;
  }

  /**
   * @param imported what was imported so far, by name: the set is added, after those that it builds on
   * @param children sets that are being imported and build on this one
   */
  private async importSet(
    name: string,
    options: ImportOptions,
    imported: Map<string, number>,
    children: ReadonlySet<string>,
  ): Promise<void> {
    const { storage } = this.environment;
    const known = await this.history.findByName(name);
    if (known !== null && !isUnknownSet(known)) {
      throw new BackupError('busy', `${name} is in the catalog already, as backup ${String(known.id)}.`);
    }
    const found = await findManifest(storage, name);
    if (found === null) {
      throw new BackupError('not_found', `${name} has no manifest in ${storage.location}: it is not a complete set.`);
    }
    const isEncrypted = found === 'encrypted';
    const bytes = await readManifestBytes(storage, name, isEncrypted, null);
    const stored = await openManifest(name, bytes, isEncrypted ? await this.locks.unlock(name, null, options) : null);
    const { manifest } = stored;
    const missing = await findMissing(storage, new SetObjects(manifest).all);
    const ownMissing = missing.filter(({ object }) => object.set === name);
    assertNoDamage(manifest, ownMissing);
    // what it refers to may be lost: the rest of it can be restored all the same
    if (missing.length > 0) {
      this.logger.warn(setDamaged(name, missing, tablesByDamage(manifest, missing)).message);
    }
    const totals = completedRow(stored, new Date(manifest.startedAt), new Date(manifest.completedAt));
    const parentId = await this.parentOf(name, manifest.parent, options, imported, new Set([...children, name]));
    if (parentId !== null) {
      const chain = await this.backups.chainOf(await this.backups.byId(parentId));
      // a link may be lost: an import believes the storage
      this.backups.assertReferences(manifest, chain, true);
    }
    const row = {
      ...totals,
      parentId,
      ...(missing.length > 0 ? { verified: false, verifiedAt: new Date() } : {}),
      backupType: manifest.type,
      backupName: name,
      filePath: name,
      compression: manifest.compression,
      encryption: isEncrypted,
      encryptionKeyId: isEncrypted ? await this.locks.keyIdOf(name) : null,
      storage: storage.location,
      createdAt: new Date(manifest.startedAt),
      notes: 'Imported from storage',
    };
    if (known !== null) {
      await this.history.update(known.id, row);
    }
    imported.set(name, known?.id ?? (await this.history.insert(row)));
  }

  /** The row of what a set builds on, imported if need be: nobody may delete it while the catalog has the set. */
  private async parentOf(
    name: string,
    parent: string | null,
    options: ImportOptions,
    imported: Map<string, number>,
    children: ReadonlySet<string>,
  ): Promise<number | null> {
    if (parent === null || children.has(parent)) {
      return null;
    }
    const knownId = await this.knownId(parent);
    if (knownId !== null) {
      return knownId;
    }
    try {
      await this.importSet(parent, options, imported, children);
    } catch (error) {
      if (!(error instanceof BackupError)) {
        throw error;
      }
      this.logger.warn(`${name} builds on ${parent}, which is not imported: ${error.message}`);
    }
    return imported.get(parent) ?? null;
  }
}

/** A backup that failed, as far as the catalog knows, leaves no set: the catalog is older than the one there is. */
function isUnknownSet({ status, checksum }: BackupHistory): boolean {
  return status === BackupStatus.FAILED && checksum === null;
}
