import { createHash } from 'node:crypto';
import type { BackupStorage, StoredObject } from '../storage/backup-storage.js';
import { objectDamaged } from './backup-set.errors.js';
import { TarLayout } from './tar-layout.js';

/** Bytes that can be sent from anywhere in them. */
export interface SendableBytes {
  readonly name: string;
  readonly size: number;
  /** Changes when the bytes do. */
  readonly tag: string;
  /** The bytes from `start` up to `end`, exclusive. */
  read(start: number, end: number): AsyncIterable<Buffer>;
}

/** The objects of a set in storage, with the manifest last: who stops in the middle has no set that looks complete. */
export async function listObjects(storage: BackupStorage, set: string): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  for await (const object of storage.list(set)) {
    objects.push(object);
  }
  const isManifest = ({ key }: StoredObject): boolean => key.startsWith(`${set}/manifest.json`);
  return objects.sort((a, b) => Number(isManifest(a)) - Number(isManifest(b)) || (a.key < b.key ? -1 : 1));
}

/** Sets as a tar archive, made while it is read. @param name without its ending */
export function archiveOf(
  storage: BackupStorage,
  name: string,
  objects: readonly StoredObject[],
  madeAt: Date,
): SendableBytes {
  const layout = new TarLayout(
    objects.map(({ key, size }) => ({ name: key, size })),
    madeAt,
  );
  return {
    name: `${name}.tar`,
    size: layout.size,
    tag: tagOf(objects),
    async *read(start, end) {
      for (const { piece, from, to } of layout.slices(start, end)) {
        if (piece.kind === 'bytes') {
          yield piece.bytes().subarray(from, to);
        } else {
          yield* readSlice(storage, objects[piece.index], from, to);
        }
      }
    },
  };
}

/** One object as it is stored. */
export function objectBytes(storage: BackupStorage, object: StoredObject): SendableBytes {
  return {
    name: object.key.slice(object.key.lastIndexOf('/') + 1),
    size: object.size,
    tag: tagOf([object]),
    read: (start, end) => readSlice(storage, object, start, end),
  };
}

/** Key rotation replaces an object under its name, so its time counts. */
function tagOf(objects: readonly StoredObject[]): string {
  const hash = createHash('sha256');
  for (const { key, size, modifiedAt } of objects) {
    hash.update(`${key} ${String(size)} ${String(modifiedAt.getTime())}\n`);
  }
  return hash.digest('hex').slice(0, 32);
}

async function* readSlice(
  storage: BackupStorage,
  { key, size }: StoredObject,
  from: number,
  to: number,
): AsyncIterable<Buffer> {
  let offset = 0;
  for await (const chunk of storage.get(key)) {
    const slice = chunk.subarray(Math.max(from - offset, 0), Math.max(to - offset, 0));
    offset += chunk.length;
    if (slice.length > 0) {
      yield slice;
    }
    if (offset >= to) {
      return;
    }
  }
  if (offset < to) {
    const [set] = key.split('/', 1);
    const reason = `is ${String(offset)} bytes long instead of ${String(size)}`;
    throw objectDamaged(set, key.slice(set.length + 1), reason);
  }
}
