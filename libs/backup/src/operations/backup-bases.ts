import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { SetObjects } from '../backup-set/set-objects.js';
import { fileRoots, type Manifest } from '../backup-set/manifest.js';
import { findMissing } from '../backup-set/verification.js';
import { BackupStatus, TYPES_OF_DATABASES, TYPES_OF_FILES } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { isKnownDamaged } from '../catalog/known-damaged.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { selectionRecord, type TableSelection } from '../database/selection/table-selection.js';
import { ServerConnection } from '../database/server-connection.js';
import type { ServerInfo } from '../database/server-info.js';
import type { SetIdentities } from '../encryption/set-key.js';
import { BackupError, messageOf, type BackupErrorCode } from '../errors/backup.error.js';
import type { EarlierRoots } from '../files/back-up-roots.js';
import { BackupEnvironment } from './backup-environment.js';
import type { BackupSources } from './backup-sources.js';
import { earlierRoots } from './earlier-roots.js';
import { FoundBackups } from './found-backups.js';
import { ManifestCache } from './manifest-cache.js';
import type { ChosenLock, UnlockOptions } from './set-locks.js';

/** What an incremental backup is to be of, and how it is to be stored: as what it builds on. */
export interface BaseRequest {
  readonly sources: BackupSources;
  readonly selection: TableSelection;
  /** As the catalog has it: `zstd:1`. */
  readonly compression: string;
  readonly lock: ChosenLock | null;
  /** Backups of a chain, its full one included, after which another chain begins. */
  readonly fullEvery: number;
  /** Opens the manifests of encrypted backups, where there is anything that does. */
  readonly unlock: UnlockOptions;
}

/** A backup that another one can build on. */
export interface BackupBase {
  readonly backup: BackupHistory;
  readonly manifest: Manifest;
  readonly files: EarlierRoots;
}

/** A manifest, and how the indexes of its file roots are read. */
interface OpenedBase {
  readonly manifest: Manifest;
  readonly identities: SetIdentities;
  /** It comes from the cache, as the indexes have to. */
  readonly isCached: boolean;
}

/** What to build on, and what is the matter with newer ones that would have been taken; or why there is nothing. */
export type BaseChoice =
  | { readonly base: BackupBase; readonly passedOver: readonly string[] }
  | { readonly base: null; readonly reason: string };

/** What to do with a backup: take it, look on, since it holds something else or is not sound, or look no further. */
type Verdict =
  | { readonly base: BackupBase }
  | { readonly isOther: string }
  | { readonly isUnsound: string }
  | { readonly isLast: string };

/** How many backups are looked at, newest first. */
const CANDIDATES = 100;
/** How many of them may turn out not to be sound: each is opened for that. */
const UNSOUND_CANDIDATES = 5;
/** An encrypted manifest cannot be opened here: no reason not to look for it in the cache. */
const CLOSED: ReadonlySet<BackupErrorCode> = new Set(['identity_missing', 'identity_wrong', 'invalid_option']);

/** Finds what an incremental backup builds on. */
@Injectable()
export class BackupBases {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly history: BackupHistoryRepository,
    private readonly backups: FoundBackups,
    private readonly cache: ManifestCache,
  ) {}

  /** The newest sound backup of the same sources that is stored in the same way, unless its chain is long enough. */
  async choose(request: BaseRequest): Promise<BaseChoice> {
    const candidates = await this.history.list({ status: BackupStatus.COMPLETED, limit: CANDIDATES });
    const others: string[] = [];
    const unsound: string[] = [];
    let server: Promise<ServerInfo> | null = null;
    const askServer = (): Promise<ServerInfo> => (server ??= this.server());
    const types = request.sources.databases.length === 0 ? TYPES_OF_FILES : TYPES_OF_DATABASES;
    for (const backup of candidates.filter(({ backupType }) => types.has(backupType))) {
      const verdict = await this.judge(backup, request, askServer);
      if ('base' in verdict) {
        return { ...verdict, passedOver: unsound };
      }
      if ('isLast' in verdict) {
        return noBase([...unsound, verdict.isLast]);
      }
      if ('isOther' in verdict) {
        others.push(verdict.isOther);
      } else if (unsound.push(verdict.isUnsound) === UNSOUND_CANDIDATES) {
        break;
      }
    }
    const reasons = [...others.slice(0, 1), ...unsound];
    return noBase(reasons.length > 0 ? reasons : ['there is no earlier backup']);
  }

  private async judge(
    backup: BackupHistory,
    request: BaseRequest,
    askServer: () => Promise<ServerInfo>,
  ): Promise<Verdict> {
    const label = `backup ${String(backup.id)}`;
    const storedOtherwise = differenceInStorage(backup, request);
    if (storedOtherwise !== null) {
      return { isOther: `${label} ${storedOtherwise}` };
    }
    const chain = await this.backups.chainOf(backup);
    const unsound = chain.find(isKnownDamaged);
    if (unsound !== undefined) {
      return { isUnsound: `backup ${String(unsound.id)} has failed its verification` };
    }
    const opened = await this.open(backup, request.unlock);
    if (typeof opened === 'string') {
      return { isUnsound: `${label} cannot be built on: ${withoutStop(opened)}` };
    }
    const server = request.sources.databases.length === 0 ? null : await askServer();
    const { manifest } = opened;
    const ofOthers = differenceInSources(manifest, request, server);
    if (ofOthers !== null) {
      return { isOther: `${label} ${ofOthers}` };
    }
    if (
      server !== null &&
      (manifest.server?.flavour !== server.flavour || manifest.server.version !== server.version)
    ) {
      return {
        isLast: `${label} is from ${manifest.server?.version ?? 'no server'}, and the server is ${server.version} now`,
      };
    }
    if (chain.length >= request.fullEvery) {
      return { isLast: `the chain of ${label} has ${String(chain.length)} backups already` };
    }
    const damage = (await findMissing(this.environment.storage, new SetObjects(manifest).all)).at(0);
    if (damage !== undefined) {
      return {
        isUnsound: `${label} is damaged: object ${damage.object.key} of ${damage.object.set} ${damage.reason}`,
      };
    }
    try {
      return { base: { backup, manifest, files: await this.filesOf(opened) } };
    } catch (error) {
      return { isUnsound: `${label} cannot be built on: ${withoutStop(messageOf(error))}` };
    }
  }

  private filesOf({ manifest, identities, isCached }: OpenedBase): Promise<EarlierRoots> {
    const copyOf = isCached ? (folder: string) => this.cache.indexPath(manifest.name, folder) : null;
    return earlierRoots(this.environment.storage, manifest, identities, copyOf);
  }

  /** The manifest, or why it cannot be read. */
  private async open(backup: BackupHistory, unlock: UnlockOptions): Promise<OpenedBase | string> {
    try {
      const { manifest, identity } = await this.backups.openManifest(backup, unlock);
      const identities = new Map(identity === null ? [] : [[manifest.name, identity] as const]);
      return { manifest, identities, isCached: false };
    } catch (error) {
      if (!(error instanceof BackupError)) {
        throw error;
      }
      if (!CLOSED.has(error.code)) {
        return error.message;
      }
      const cached = await this.cache.get(backup.backupName, backup.checksum ?? '');
      return cached === null
        ? `${error.message} Its manifest is not in the cache folder either (option cache).`
        : { manifest: cached, identities: new Map(), isCached: true };
    }
  }

  private async server(): Promise<ServerInfo> {
    const connection = await ServerConnection.open(this.environment.address);
    try {
      return connection.server;
    } finally {
      await connection.end();
    }
  }
}

/** A sentence as a part of another one. */
function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function noBase(reasons: readonly string[]): BaseChoice {
  return { base: null, reason: reasons.join('; ') };
}

function differenceInStorage(backup: BackupHistory, { compression, lock }: BaseRequest): string | null {
  if (backup.compression !== compression) {
    return `is compressed with ${backup.compression ?? 'something else'}, not ${compression}`;
  }
  if (backup.encryption !== (lock !== null)) {
    return backup.encryption ? 'is encrypted' : 'is not encrypted';
  }
  return backup.encryptionKeyId === (lock?.keyId ?? null) ? null : 'is encrypted to another key';
}

/** @param server that has the databases; null: none is wanted */
function differenceInSources(manifest: Manifest, request: BaseRequest, server: ServerInfo | null): string | null {
  const stored = (name: string): string => (server?.lowerCaseTableNames === 1 ? name.toLowerCase() : name);
  const wanted = [...new Set(request.sources.databases.map(stored))].sort();
  const held = manifest.databases.map(({ name }) => name).sort();
  if (!isDeepStrictEqual(held, wanted)) {
    return `is of ${held.join(', ') || 'no database'}`;
  }
  const roots = (names: readonly { readonly name: string }[]): string[] => names.map(({ name }) => name).sort();
  if (!isDeepStrictEqual(roots(fileRoots(manifest)), roots(request.sources.roots))) {
    return 'holds other file roots';
  }
  return isDeepStrictEqual(manifest.selection, selectionRecord(request.selection)) ? null : 'is of other tables';
}
