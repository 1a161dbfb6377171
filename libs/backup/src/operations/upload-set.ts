import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { commitManifest, openManifest, removeSet, type StoredManifest } from '../backup-set/backup-set.js';
import { baseMissing, manifestAmbiguous } from '../backup-set/backup-set.errors.js';
import type { Manifest } from '../backup-set/manifest.js';
import { isEncrypted } from '../backup-set/object-format.js';
import { assertReceived, receiveSets, type ReceivedSet } from '../backup-set/receive-set.js';
import { SetObjects } from '../backup-set/set-objects.js';
import { SET_KEY } from '../backup-set/stored-set-key.js';
import { assertNoDamage, findMissing } from '../backup-set/verification.js';
import { BackupStatus } from '../catalog/catalog.types.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupError } from '../errors/backup.error.js';
import { BackupEnvironment } from './backup-environment.js';
import { FoundBackups } from './found-backups.js';
import { ImportSetsService } from './import-sets.js';
import { ServerLocks } from './server-locks.js';
import { takePlaces } from './set-use.js';
import { SetLocks, type UnlockOptions } from './set-locks.js';

export interface UploadOptions extends UnlockOptions {
  /** The most bytes that the archive may have. */
  readonly maxBytes: number;
  /** Whether the archive may hold several sets, each after those that it builds on. Default: false, one set. */
  readonly chain?: boolean;
}

/** A set that was received, with its manifest. */
interface OpenedUpload {
  readonly received: ReceivedSet;
  readonly stored: StoredManifest;
}

/** Takes in sets from elsewhere. */
@Injectable()
export class UploadSetService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly history: BackupHistoryRepository,
    private readonly backups: FoundBackups,
    private readonly imports: ImportSetsService,
    private readonly locks: SetLocks,
  ) {}

  /**
   * Streams the tar archive of a set, or of a chain of them, into storage and lists it: when every manifest could be opened,
   * every object is what that says, what it builds on is here, and nothing else came. An encrypted one therefore needs its
   * identity. Otherwise nothing of it stays.
   *
   * @returns the id of the new row of backup_history; of a chain, the last one's
   * @throws BackupError `damaged`, `invalid_name`, `too_large`, `busy`, `not_found` (what it builds on), `identity_missing`
   *   or `identity_wrong`
   */
  async upload(
    archive: AsyncIterable<Buffer>,
    { maxBytes, chain = false, ...unlocking }: UploadOptions,
  ): Promise<number> {
    const { storage, address } = this.environment;
    await storage.check();
    const serverLocks = await ServerLocks.open(address, () => undefined);
    const unlisted = new Set<string>();
    try {
      const received = await receiveSets(storage, archive, {
        maxBytes,
        several: chain,
        claim: async (name) => {
          await this.assertNew(name, serverLocks);
          unlisted.add(name);
        },
      });
      const opened = await this.open(received, unlocking, serverLocks);
      let id = 0;
      for (const { received: set, stored } of opened) {
        await commitManifest(storage, { ...stored, bytes: set.manifest.bytes });
        id = await this.list(set.name, unlocking);
        unlisted.delete(set.name);
      }
      return id;
    } catch (error) {
      for (const name of unlisted) {
        // what cannot be removed now is swept by a cleanup: without a manifest it is no set
        await removeSet(storage, name).catch(() => undefined);
      }
      throw error;
    } finally {
      await serverLocks.release();
    }
  }

  /** Nothing that is there is written over, and nobody else sends the same set meanwhile. */
  private async assertNew(name: string, locks: ServerLocks): Promise<void> {
    if (!(await locks.take(`nestjs-backup:upload:${createHash('sha1').update(name).digest('hex')}`))) {
      throw new BackupError('busy', `${name} is being sent by somebody else: wait for that.`);
    }
    const known = await this.history.findByName(name);
    if (known !== null) {
      throw new BackupError('busy', `${name} is in the catalog already, as backup ${String(known.id)}.`);
    }
    const { storage } = this.environment;
    if ((await storage.listSets()).includes(name)) {
      throw new BackupError('busy', `${name} is in ${storage.location} already: take it up with backup:import.`);
    }
  }

  /** Opens the manifests and compares what came with them, before any of the sets counts as one. */
  private async open(
    sets: readonly ReceivedSet[],
    unlocking: UnlockOptions,
    serverLocks: ServerLocks,
  ): Promise<OpenedUpload[]> {
    const opened: OpenedUpload[] = [];
    for (const received of sets) {
      const stored = await this.openOne(received, unlocking);
      await this.assertBases(
        stored.manifest,
        new Map(opened.map(({ stored: { manifest } }) => [manifest.name, manifest])),
        serverLocks,
      );
      opened.push({ received, stored });
    }
    return opened;
  }

  private async openOne(received: ReceivedSet, unlocking: UnlockOptions): Promise<StoredManifest> {
    const { name, manifest, objects } = received;
    const isLocked = isEncrypted(manifest.key);
    if (objects.has(SET_KEY) !== isLocked) {
      throw manifestAmbiguous(name);
    }
    const identity = isLocked ? await this.locks.unlock(name, null, unlocking) : null;
    const { bytes } = manifest;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const stored = await openManifest(name, { bytes, sha256 }, identity);
    assertReceived(received, stored.manifest);
    return stored;
  }

  /**
   * The sets that one refers to are of its own chain, here or sent before it, and hold what it refers to. Those that are here
   * are not deleted meanwhile.
   */
  private async assertBases(
    manifest: Manifest,
    earlier: ReadonlyMap<string, Manifest>,
    serverLocks: ServerLocks,
  ): Promise<void> {
    const objects = new SetObjects(manifest);
    const others = objects.otherSets;
    const chain = others.length > 0 ? await this.chainOf(manifest.parent, earlier) : new Set<string>();
    const missing = others.find((set) => !chain.has(set));
    if (missing !== undefined) {
      throw baseMissing(manifest.name, missing);
    }
    await takePlaces(
      serverLocks,
      others.filter((set) => !earlier.has(set)),
    );
    const { storage } = this.environment;
    assertNoDamage(
      manifest,
      await findMissing(
        storage,
        objects.all.filter(({ set }) => set !== manifest.name),
      ),
    );
  }

  /** Names of a set and of all that it builds on: first in what was sent, then in the catalog. */
  private async chainOf(name: string | null, earlier: ReadonlyMap<string, Manifest>): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    let next = name;
    for (let sent = sentAs(next, earlier); sent !== undefined && !names.has(sent.name); sent = sentAs(next, earlier)) {
      names.add(sent.name);
      next = sent.parent;
    }
    const listed = next === null ? null : await this.history.findByName(next);
    const known = listed?.status === BackupStatus.COMPLETED ? await this.backups.chainOf(listed) : [];
    return new Set([...names, ...known.map(({ backupName }) => backupName)]);
  }

  private async list(name: string, unlocking: UnlockOptions): Promise<number> {
    try {
      const { imported } = await this.imports.import({ ...unlocking, names: [name] });
      return imported[0];
    } catch (error) {
      // somebody who imported everything may have been faster
      const known = await this.history.findByName(name);
      if (known !== null) {
        return known.id;
      }
      throw error;
    }
  }
}

function sentAs(name: string | null, earlier: ReadonlyMap<string, Manifest>): Manifest | undefined {
  return name === null ? undefined : earlier.get(name);
}
