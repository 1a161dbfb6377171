import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { extract, type Extract } from 'tar-stream';
import { collect } from '../byte-chunks.js';
import { BackupError } from '../errors/backup.error.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { archiveRefused, archiveTooLarge, invalidObjectName, objectDamaged } from './backup-set.errors.js';
import { assertSetName } from './backup-set.js';
import { OBJECT_KEY, type Manifest } from './manifest.js';
import { SetObjects } from './set-objects.js';
import { SET_KEY } from './stored-set-key.js';

/** What was sent as a set. Its objects are in storage, its manifest is not. */
export interface ReceivedSet {
  readonly name: string;
  /** Bytes and name of the manifest. */
  readonly manifest: { readonly key: string; readonly bytes: Buffer };
  /** The other objects, by key. */
  readonly objects: ReadonlyMap<string, { readonly size: number; readonly sha256: string }>;
}

export interface ReceiveOptions {
  /** The most bytes that the archive may have. */
  readonly maxBytes: number;
  /** Whether it may hold several sets, one after another. */
  readonly several: boolean;
  /** Called with a set's name before anything of it is written; throws when it must not be. */
  readonly claim: (name: string) => Promise<void>;
}

type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

/** Manifests are held in memory, here as everywhere. */
const MOST_MANIFEST_BYTES = 256 * 1024 * 1024;
const MOST_SETS = 1000;
const MOST_OBJECTS = 1_000_000;
const MANIFEST = /^manifest\.json(?:\.age)?$/;

/**
 * Takes the tar archive of sets apart, into storage. Whoever sends it is not trusted: every name is one that a set can
 * have, once and within the set's own folder, and nothing counts as a set before its manifest is written by the caller.
 *
 * @returns the sets, at least one, in the order they came in
 * @throws BackupError `invalid_name`, `damaged` or `too_large`; what was written by then is the caller's to remove
 */
export async function receiveSets(
  storage: BackupStorage,
  archive: AsyncIterable<Buffer>,
  { maxBytes, ...options }: ReceiveOptions,
): Promise<ReceivedSet[]> {
  const receiver = new Receiver(storage, options);
  const source = new LimitedSource(archive, maxBytes);
  const entries = extract();
  const feeding = pipeline(Readable.from(source.read()), entries);
  try {
    for await (const entry of entries) {
      await receiver.take(entry);
    }
    await feeding;
  } catch (error) {
    entries.destroy();
    await feeding.catch(() => undefined);
    // what the sender did goes before what the reader makes of it
    const failure: unknown = source.failure ?? error;
    throw failure === source.failure || failure instanceof BackupError
      ? failure
      : archiveRefused('it is no tar archive, or was cut off', failure);
  }
  return receiver.finish();
}

/** Everything that the manifest lists as the set's own was received, unharmed, and nothing else. @throws BackupError `damaged` */
export function assertReceived({ name, objects }: ReceivedSet, manifest: Manifest): void {
  const own = new SetObjects(manifest).all.filter(({ set }) => set === name);
  for (const { key, size, sha256 } of own) {
    const found = objects.get(key);
    if (found === undefined) {
      throw objectDamaged(name, key, 'is missing');
    }
    if (found.size !== size || found.sha256 !== sha256) {
      throw objectDamaged(name, key, 'is not the one that the manifest lists');
    }
  }
  const listed = new Set(own.map(({ key }) => key));
  const other = [...objects.keys()].find((key) => !listed.has(key) && key !== SET_KEY);
  if (other !== undefined) {
    throw archiveRefused(`its manifest does not list ${other}`);
  }
}

/** A set of which more may come. */
interface IncomingSet {
  readonly name: string;
  manifest: ReceivedSet['manifest'] | null;
  readonly objects: Map<string, { readonly size: number; readonly sha256: string }>;
}

class Receiver {
  private readonly sets: IncomingSet[] = [];
  private objects = 0;
  private manifestBytes = 0;

  constructor(
    private readonly storage: BackupStorage,
    private readonly options: Omit<ReceiveOptions, 'maxBytes'>,
  ) {}

  async take(entry: Entry): Promise<void> {
    const { name: path, type } = entry.header;
    if (type === 'directory') {
      entry.resume();
      return;
    }
    if (type !== 'file') {
      throw archiveRefused(`${JSON.stringify(path)} is not a file`);
    }
    const { set, key } = await this.placeOf(path);
    if (set.objects.has(key) || set.manifest?.key === key) {
      throw archiveRefused(`${JSON.stringify(path)} is in it twice`);
    }
    this.objects += 1;
    if (this.objects > MOST_OBJECTS) {
      throw archiveTooLarge(`more than ${String(MOST_OBJECTS)} objects`);
    }
    if (MANIFEST.test(key)) {
      await this.takeManifest(set, key, entry);
    } else {
      set.objects.set(key, await this.store(`${set.name}/${key}`, entry));
    }
  }

  finish(): ReceivedSet[] {
    if (this.sets.length === 0) {
      throw archiveRefused('it has no manifest: it is not the whole of a set');
    }
    return this.sets.map(({ name, manifest, objects }) => {
      if (manifest === null) {
        throw archiveRefused(`it has no manifest of ${name}: it is not the whole of that set`);
      }
      return { name, manifest, objects };
    });
  }

  /** Set and key of a path such as `20261121T221005Z-database-3f9c2a/key.age`. */
  private async placeOf(path: string): Promise<{ readonly set: IncomingSet; readonly key: string }> {
    const [name] = path.split('/', 1);
    const key = path.slice(name.length + 1);
    assertSetName(name);
    if (!OBJECT_KEY.test(key)) {
      throw invalidObjectName(path);
    }
    const latest = this.sets.at(-1);
    return { set: latest?.name === name ? latest : await this.begin(name), key };
  }

  private async begin(name: string): Promise<IncomingSet> {
    if (this.sets.length > 0 && !this.options.several) {
      throw archiveRefused(`it holds more than one set, ${this.sets[0].name} and ${name}`);
    }
    if (this.sets.some((set) => set.name === name)) {
      throw archiveRefused(`the files of ${name} do not stand together`);
    }
    if (this.sets.length >= MOST_SETS) {
      throw archiveTooLarge(`more than ${String(MOST_SETS)} sets`);
    }
    await this.options.claim(name);
    const set = { name, manifest: null, objects: new Map() };
    this.sets.push(set);
    return set;
  }

  private async takeManifest(set: IncomingSet, key: string, entry: Entry): Promise<void> {
    if (set.manifest !== null) {
      throw archiveRefused(`it has two manifests of ${set.name}`);
    }
    this.manifestBytes += entry.header.size;
    if (this.manifestBytes > MOST_MANIFEST_BYTES) {
      throw archiveTooLarge('manifests of more than 256 MiB');
    }
    set.manifest = { key, bytes: await collect(entry as AsyncIterable<Buffer>) };
  }

  private async store(place: string, entry: Entry): Promise<{ size: number; sha256: string }> {
    const hash = createHash('sha256');
    async function* hashed(): AsyncIterable<Buffer> {
      for await (const chunk of entry) {
        hash.update(chunk as Buffer);
        yield chunk as Buffer;
      }
    }
    const size = await this.storage.put(place, hashed());
    return { size, sha256: hash.digest('hex') };
  }
}

/** What is sent, up to a limit, and why it stopped. */
class LimitedSource {
  failure: unknown = null;

  constructor(
    private readonly chunks: AsyncIterable<Buffer>,
    private readonly maxBytes: number,
  ) {}

  async *read(): AsyncIterable<Buffer> {
    let size = 0;
    // what is thrown while a chunk is with the reader comes from the reader, who had enough
    let isWithReader = false;
    try {
      for await (const chunk of this.chunks) {
        size += chunk.length;
        if (size > this.maxBytes) {
          throw archiveTooLarge(`more than ${String(this.maxBytes)} bytes`);
        }
        isWithReader = true;
        yield chunk;
        isWithReader = false;
      }
    } catch (error) {
      if (!isWithReader) {
        this.failure = error;
      }
      throw error;
    }
  }
}
