import { workerData } from 'node:worker_threads';
import { serveThread, type ThreadContext, type ThreadWork } from '../../engine/serve-thread.js';
import type { FailureMessage } from '../../engine/thread-messages.js';
import { BackupError, messageOf } from '../../errors/backup.error.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import { openStorage } from '../../storage/open-storage.js';
import { checkEntries } from '../check-entries.js';
import { IndexReader } from '../index-reader.js';
import { IndexWriter } from '../index-writer.js';
import { packEntries } from '../pack-entries.js';
import { compareEntries } from '../restore/compare-entries.js';
import { finishRoot } from '../restore/finish-root.js';
import { takeBack } from '../restore/take-back.js';
import { writeEntries } from '../restore/write-entries.js';
import { BatchScan, measureRoot } from '../scan-batches.js';
import type { BeginRootTask, FileResults, FileTask, FileThreadSettings } from './file-tasks.js';

type Result = FileResults[keyof FileResults];

/** The root whose scan and index this thread has. */
interface CurrentRoot {
  readonly scan: BatchScan;
  readonly index: IndexWriter;
}

class FileWorker implements ThreadWork<FileTask, Result> {
  private readonly storage: BackupStorage;
  private root: CurrentRoot | null = null;
  private index: IndexReader | null = null;

  constructor(private readonly settings: FileThreadSettings) {
    this.storage = openStorage(settings.storage);
  }

  async run(task: FileTask, context: ThreadContext): Promise<Result> {
    const { identity } = this.settings;
    switch (task.kind) {
      case 'measure':
        return measureRoot(task.scan);
      case 'begin root':
        this.root = this.begin(task, context.signal);
        return undefined;
      case 'scan':
        return this.current().scan.next();
      case 'index':
        await this.current().index.add(Buffer.from(task.lines.buffer, task.lines.byteOffset, task.lines.length));
        return undefined;
      case 'end root': {
        const { index } = this.current();
        this.root = null;
        return index.close();
      }
      case 'pack':
        return packEntries(
          task.pack,
          { ...task.objects, storage: this.storage, counter: task.counter, signal: context.signal },
          context,
        );
      case 'open index':
        this.index = new IndexReader(this.storage, task.stored, identity, context.signal);
        return undefined;
      case 'next group':
        return this.currentIndex().next();
      case 'check':
        await checkEntries(this.storage, task.group, identity, context);
        return undefined;
      case 'compare':
        return compareEntries(task.group, task.target, task.isQuick, context);
      case 'write':
        await writeEntries(this.storage, task, identity, context);
        return undefined;
      case 'finish':
        await finishRoot(this.storage, task, identity, context);
        return undefined;
      case 'take back':
        await takeBack(task.base, task.operation);
        return undefined;
    }
  }

  aborted(): void {
    // every task looks at its signal
  }

  async close(): Promise<void> {
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

  private begin({ scan, objects: { set, folder, format } }: BeginRootTask, signal: AbortSignal): CurrentRoot {
    return { scan: new BatchScan(scan), index: new IndexWriter(this.storage, set, folder, format, signal) };
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

const settings = workerData as FileThreadSettings;
serveThread(settings.load, new FileWorker(settings));
