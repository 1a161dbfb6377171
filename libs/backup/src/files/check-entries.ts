import { createHash } from 'node:crypto';
import { readObject } from '../backup-set/object-reader.js';
import { placeOf, type HeldObject } from '../backup-set/set-objects.js';
import type { SetIdentities } from '../encryption/set-key.js';
import type { ThreadContext } from '../engine/serve-thread.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { BundleChecker } from './bundle-checker.js';
import { contentsIn } from './bundle-contents.js';
import { contentDiffers } from './files.errors.js';
import { bundlePlace, FRAME_BYTES, type FileEntry, type IndexEntry } from './index-entry.js';

/** Entries of a group, and the objects that hold them, or those of them that are to be read; plain data. */
export interface GroupOfSet {
  readonly set: string;
  readonly entries: readonly IndexEntry[];
  readonly objects: readonly HeldObject[];
}

/**
 * Reads the objects of a group and compares them with its entries: a bundle of the set itself as a whole, and the content of
 * every file by its SHA-256, if all of it is among the objects.
 *
 * @throws BackupError `damaged`
 */
export async function checkEntries(
  storage: BackupStorage,
  group: GroupOfSet,
  identities: SetIdentities,
  context: ThreadContext,
): Promise<void> {
  const read: ReadObject = (object, consume) =>
    readObject(
      storage,
      object,
      identities.get(object.set) ?? null,
      async (chunk) => {
        consume(chunk);
        context.progress.add(chunk.length, 0);
        context.pace.spend(chunk.length);
        await context.pace.due(context.signal);
      },
      context.signal,
      FRAME_BYTES,
    );
  for (const object of group.objects) {
    const entries = entriesIn(group, object);
    if (entries.length > 0) {
      await (object.set === group.set ? checkOwnBundle(object, entries, read) : checkContents(object, entries, read));
    }
  }
  for (const entry of group.entries) {
    if (entry.type === 'file' && bundlePlace(entry) === null) {
      await checkLargeFile(group, entry, read);
    }
  }
}

/** The entries of a group that a bundle holds, in its order. */
export function entriesIn<T extends IndexEntry>(
  { set, entries }: { readonly set: string; readonly entries: readonly T[] },
  bundle: HeldObject,
): T[] {
  return entries.filter((entry) => {
    const place = bundlePlace(entry);
    return place !== null && place.object === bundle.key && (place.set ?? set) === bundle.set;
  });
}

/** The objects of a large file, in its order. */
export function partsOf({ set, objects }: GroupOfSet, { bytes }: FileEntry): HeldObject[] {
  return bytes.flatMap((place) =>
    objects.filter((object) => placeOf(object) === placeOf({ set: place.set ?? set, key: place.object })),
  );
}

type ReadObject = (object: HeldObject, consume: (chunk: Buffer) => void) => Promise<void>;

async function checkOwnBundle(object: HeldObject, entries: readonly IndexEntry[], read: ReadObject): Promise<void> {
  const checker = new BundleChecker(object.set, object.key, entries);
  await read(object, (chunk) => {
    checker.push(chunk);
  });
  checker.finish();
}

/** Of a bundle of an earlier set, some files are left: what else is in it is none of this set's business. */
async function checkContents(object: HeldObject, entries: readonly IndexEntry[], read: ReadObject): Promise<void> {
  const files = entries.filter((entry) => entry.type === 'file');
  const contents = contentsIn(files, ({ path, sha256 }) => {
    const hash = createHash('sha256');
    return {
      write: (bytes) => {
        hash.update(bytes);
      },
      end: () => {
        if (hash.digest('hex') !== sha256) {
          throw contentDiffers(object.set, object.key, path);
        }
      },
    };
  });
  await read(object, contents);
}

async function checkLargeFile(group: GroupOfSet, entry: FileEntry, read: ReadObject): Promise<void> {
  const parts = partsOf(group, entry);
  if (parts.length === 1 && entry.bytes.length === 1) {
    const [part] = parts;
    // its content is all that the object holds, which is compared with the manifest as it is read
    await read(part, () => undefined);
    if (part.plainSha256 !== entry.sha256) {
      throw contentDiffers(part.set, part.key, entry.path);
    }
    return;
  }
  const hash = createHash('sha256');
  for (const object of parts) {
    await read(object, (chunk) => hash.update(chunk));
  }
  if (parts.length === entry.bytes.length && hash.digest('hex') !== entry.sha256) {
    throw contentDiffers(parts[0].set, parts[0].key, entry.path);
  }
}
