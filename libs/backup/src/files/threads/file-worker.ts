import { workerData } from 'node:worker_threads';
import { serveThread, type ThreadContext, type ThreadWork } from '../../engine/serve-thread.js';
import type { FailureMessage } from '../../engine/thread-messages.js';
import { BackupError, messageOf } from '../../errors/backup.error.js';
import { releaseOwnBuffer } from '../../release-buffer.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import { openStorage } from '../../storage/open-storage.js';
import { checkEntries, type GroupOfSet } from '../check-entries.js';
import { EarlierEntries, type EarlierRoot } from '../earlier-entries.js';
import { ByObjects } from '../entry-groups.js';
import { placesOf } from '../index-entry.js';
import type { IndexReader, StoredRoot } from '../index-reader.js';
import { IndexWriter } from '../index-writer.js';
import { packEntries, type PackedEntries, type PackOptions } from '../pack-entries.js';
import { compareEntries } from '../restore/compare-entries.js';
import { writeEntries } from '../restore/write-entries.js';
import { BatchScan, hasToBeRead, measureRoot, type BatchEntry } from '../scan-batches.js';
import { decodeEntries, encodeEntries } from './entry-bytes.js';
import {
  bytesOfResult,
  type BeginRootTask,
  type FileResults,
  type FileTask,
  type FileThreadSettings,
  type NextGroup,
  type RootObjects,
  type ScannedEntries,
  type SentGroup,
} from './file-tasks.js';

type Result = FileResults[keyof FileResults];

/** The root whose scan and index this thread has. */
interface CurrentRoot {
  readonly scan: BatchScan;
  readonly index: IndexWriter;
  readonly pack: PackOptions;
  readonly objects: RootObjects;
}

/**
 * What reads lines that may be anybody's is loaded where they are read: the library that checks them takes as long to load
 * as everything else here, and a quarter of an idle thread's memory.
 */
class FileWorker implements ThreadWork<FileTask, Result> {
  private readonly storage: BackupStorage;
  private root: CurrentRoot | null = null;
  private index: IndexReader | null = null;

  constructor(private readonly settings: FileThreadSettings) {
    this.storage = openStorage(settings.storage, true);
  }

  async run(task: FileTask, context: ThreadContext): Promise<Result> {
    const { identities } = this.settings;
    switch (task.kind) {
      case 'measure':
        return measureRoot(task.scan);
      case 'begin root':
        this.root = await this.begin(task, context.signal);
        return undefined;
      case 'scan':
        return this.scan(this.current(), context);
      case 'index':
        await this.addToIndex(Buffer.from(task.lines.buffer));
        return undefined;
      case 'end root': {
        const { index, scan } = this.current();
        this.root = null;
        await scan.close();
        return index.close();
      }
      case 'pack':
        return this.pack(decodeEntries(task.entries), task, context);
      case 'open index':
        this.index = await this.read(task.stored, context.signal);
        return undefined;
      case 'next group':
        return this.nextGroup(this.currentIndex());
      case 'check':
        await checkEntries(this.storage, received(task.group), identities, context);
        return undefined;
      case 'compare':
        return compareEntries(received(task.group), task.target, task.isQuick, context);
      case 'write':
        await writeEntries(this.storage, { ...task, group: received(task.group) }, identities, context);
        return undefined;
      case 'finish': {
        const { finishRoot } = await import('../restore/finish-root.js');
        await finishRoot(this.storage, task, identities, context);
        return undefined;
      }
      case 'take back': {
        const { takeBack } = await import('../restore/take-back.js');
        await takeBack(task.base, task.operation);
        return undefined;
      }
    }
  }

  bytesOf(result: Result): readonly Uint8Array[] {
    return bytesOfResult(result);
  }

  aborted(): void {
    // every task looks at its signal
  }

  async close(): Promise<void> {
    await this.root?.scan.close();
    await this.root?.index.abort();
    await this.index?.close();
  }

  describe(error: unknown): FailureMessage {
    return {
      code: error instanceof BackupError ? error.code : null,
      message: messageOf(error),
      name: error instanceof Error ? error.name : 'Error',
      errno: 0,
    };
  }

  private async scan(root: CurrentRoot, context: ThreadContext): Promise<ScannedEntries> {
    const { entries, ...batch } = await root.scan.next();
    return entries.some(hasToBeRead)
      ? { ...batch, entries: encodeEntries(entries) }
      : { ...batch, packed: await this.pack(entries, root, context) };
  }

  private async addToIndex(lines: Buffer): Promise<void> {
    await this.current().index.add(lines);
    releaseOwnBuffer(lines);
  }

  private async nextGroup(index: IndexReader): Promise<NextGroup> {
    const { entries, isLast } = await index.next();
    return { entries: encodeEntries(entries), places: placesOf(index.set, entries), isLast };
  }

  private pack(
    entries: readonly BatchEntry[],
    { pack, objects }: Pick<CurrentRoot, 'pack' | 'objects'>,
    context: ThreadContext,
  ): Promise<PackedEntries> {
    return packEntries(entries, pack, { ...objects, storage: this.storage, signal: context.signal }, context);
  }

  private async begin(task: BeginRootTask, signal: AbortSignal): Promise<CurrentRoot> {
    const { scan, pack, objects, earlier, indexCopy } = task;
    const { set, folder, format } = objects;
    return {
      pack,
      objects,
      scan: new BatchScan(scan, earlier === null ? null : await this.walk(earlier, signal)),
      index: new IndexWriter(this.storage, set, folder, format, indexCopy, signal),
    };
  }

  private async walk(earlier: EarlierRoot, signal: AbortSignal): Promise<EarlierEntries> {
    const { stored, indexCopy } = earlier;
    const { IndexReader, storedIndex } = await import('../index-reader.js');
    const { copiedIndex } = await import('../copied-index.js');
    const source =
      indexCopy === null ? storedIndex(this.storage, stored, this.settings.identities) : copiedIndex(indexCopy, stored);
    return new EarlierEntries(earlier, new IndexReader(stored, source, signal));
  }

  private async read(stored: StoredRoot, signal: AbortSignal): Promise<IndexReader> {
    const { IndexReader, storedIndex } = await import('../index-reader.js');
    const source = storedIndex(this.storage, stored, this.settings.identities);
    return new IndexReader(stored, source, signal, new ByObjects());
  }

  private current(): CurrentRoot {
    if (this.root === null) {
      throw new Error('no root was begun');
    }
    return this.root;
  }

  private currentIndex(): IndexReader {
    if (this.index === null) {
      throw new Error('no index was opened');
    }
    return this.index;
  }
}

function received({ entries, ...group }: SentGroup): GroupOfSet {
  return { ...group, entries: decodeEntries(entries) };
}

const settings = workerData as FileThreadSettings;
serveThread(settings.load, new FileWorker(settings));
