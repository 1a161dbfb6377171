import { fileRoots, type Manifest } from '../backup-set/manifest.js';
import type { SetIdentities } from '../encryption/set-key.js';
import type { EarlierRoots } from '../files/back-up-roots.js';
import type { EarlierRoot } from '../files/earlier-entries.js';
import { copiedIndex } from '../files/copied-index.js';
import { storedIndex, type StoredRoot } from '../files/index-reader.js';
import { storedRoot } from '../files/stored-roots.js';
import type { BackupStorage } from '../storage/backup-storage.js';

/** Longer than clocks of file systems take for a tick, and than FAT rounds to; nanoseconds. */
const CLOCK_TICK = 2_000_000_000n;

/**
 * The file roots of a set that is built on. Their indexes are read to the end: what is built on must be what was written.
 *
 * @param identities what opens the set's own objects
 * @param copyOf path of a copy of a root's index, by its folder, where the set cannot be opened; null: it can
 * @throws Error when an index cannot be read, or is not what the manifest means
 */
export async function earlierRoots(
  storage: BackupStorage,
  manifest: Manifest,
  identities: SetIdentities,
  copyOf: ((folder: string) => string | null) | null,
): Promise<EarlierRoots> {
  const settledBefore = String(BigInt(Date.parse(manifest.startedAt)) * 1_000_000n - CLOCK_TICK);
  const roots: EarlierRoot[] = [];
  for (const record of fileRoots(manifest)) {
    const root = { stored: storedRoot(manifest, record), indexCopy: copyOf?.(record.folder) ?? null, settledBefore };
    await readIndex(storage, root, identities);
    roots.push(root);
  }
  return { roots, identities };
}

async function readIndex(
  storage: BackupStorage,
  { stored, indexCopy }: { readonly stored: StoredRoot; readonly indexCopy: string | null },
  identities: SetIdentities,
): Promise<void> {
  const read = indexCopy === null ? storedIndex(storage, stored, identities) : copiedIndex(indexCopy, stored);
  await read(() => Promise.resolve(), new AbortController().signal);
}
