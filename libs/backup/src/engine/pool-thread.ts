import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BackupError } from '../errors/backup.error.js';
import { memoryOf } from './moved-bytes.js';
import type { EngineProgress, FailureMessage, ThreadReply, ThreadRequest } from './thread-messages.js';

/**
 * The young generation of a thread's heap, MiB. Rows leave next to no garbage behind, and a small one keeps a thread's share of
 * the process's memory small; with half of it, a walk through unchanged files takes an eighth longer.
 */
const YOUNG_GENERATION_MIB = 8;

/**
 * The most that the rest of a thread's heap may hold, MiB: far more than any does. Where nothing is said, V8 takes its limit
 * from the machine's memory, and the larger that is the more garbage it leaves: twice as much in threads for files.
 */
const OLD_GENERATION_MIB = 1024;

/** How long an aborted thread may take to remove what it was writing before it is terminated, milliseconds. */
const ABORT_GRACE = 10_000;

/** A task, and who waits for its result. */
export interface Job<Task> {
  readonly task: Task;
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** What a thread is started with. */
export interface ThreadOptions<Task> {
  /** What it runs: JavaScript that calls `serveThread`. */
  readonly entry: URL;
  /** Given to it at its start: plain data. */
  readonly settings: object;
  readonly onProgress: (progress: EngineProgress) => void;
  /** What of a task is moved to the thread, and not copied. Default: nothing. */
  readonly bytesOf?: (task: Task) => readonly Uint8Array[];
}

/** The host's side of one thread. */
export class PoolThread<Task> {
  private readonly worker: Worker;
  private readonly exited: Promise<void>;
  private jobs: readonly Job<Task>[] = [];
  private hasExited = false;

  /**
   * @param take what it does next
   * @param onFailure told why a task failed; gives what each of its tasks fails with
   */
  constructor(
    private readonly options: ThreadOptions<Task>,
    private readonly take: () => readonly Job<Task>[],
    private readonly onFailure: (error: Error) => Error,
  ) {
    this.worker = new Worker(options.entry, {
      workerData: options.settings,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB, maxOldGenerationSizeMb: OLD_GENERATION_MIB },
      // flags of a test runner or a debugger are the host's business
      execArgv: [],
      env: threadEnvironment(),
    });
    this.worker.on('message', (reply: ThreadReply<unknown>) => {
      this.receive(reply);
    });
    this.worker.on('error', (error: Error) => {
      this.settle(workerDied(error));
    });
    this.exited = new Promise((resolve) => {
      this.worker.on('exit', () => {
        this.hasExited = true;
        if (!this.isIdle) {
          this.settle(workerDied(null));
        }
        resolve();
      });
    });
  }

  get isIdle(): boolean {
    return this.jobs.length === 0;
  }

  next(): void {
    const jobs = this.take();
    if (jobs.length > 0) {
      this.start(jobs);
    }
  }

  start(jobs: readonly Job<Task>[]): void {
    this.jobs = jobs;
    if (this.hasExited) {
      this.settle(workerDied(null));
    } else {
      const { bytesOf = () => [] } = this.options;
      const tasks = jobs.map(({ task }) => task);
      this.send({ request: 'run', tasks }, tasks.flatMap(bytesOf));
    }
  }

  abort(): void {
    this.send({ request: 'abort' });
  }

  async close(): Promise<void> {
    const timer = setTimeout(() => void this.worker.terminate(), ABORT_GRACE);
    while (!this.isIdle && !this.hasExited) {
      await Promise.race([this.exited, this.idle()]);
    }
    this.send({ request: 'close' });
    await this.exited;
    clearTimeout(timer);
  }

  private whenIdle: (() => void) | null = null;

  private idle(): Promise<void> {
    return new Promise((resolve) => {
      this.whenIdle = resolve;
    });
  }

  private send(request: ThreadRequest<Task>, moved: readonly Uint8Array[] = []): void {
    this.worker.postMessage(request, memoryOf(moved));
  }

  private receive(reply: ThreadReply<unknown>): void {
    if (reply.reply === 'progress') {
      this.options.onProgress(reply.progress);
      return;
    }
    if (reply.reply === 'done') {
      const { jobs } = this;
      this.jobs = [];
      jobs.forEach(({ resolve }, place) => {
        resolve(reply.results[place] as never);
      });
      this.next();
      this.whenIdle?.();
      return;
    }
    this.settle(revive(reply.failure), reply.place);
  }

  /** Ends the running jobs with an error, which ends the whole pool's work. */
  private settle(error: Error, place = 0): void {
    const { jobs } = this;
    this.jobs = [];
    if (jobs.length > 0) {
      const failure = this.onFailure(error);
      for (const job of [jobs[place], ...jobs]) {
        job.reject(failure);
      }
    }
    this.whenIdle?.();
  }
}

function workerDied(cause: Error | null): BackupError {
  const reason = cause === null ? 'it ended without a word' : cause.message;
  return new BackupError(
    'worker_died',
    `An engine thread died (${reason}): nothing was changed; try again, with fewer threads if memory is short.`,
    { cause },
  );
}

function revive(failure: FailureMessage): Error {
  const cause = Object.assign(new Error(failure.message), { errno: failure.errno });
  return failure.code === null
    ? Object.assign(new Error(failure.message), { name: failure.name })
    : new BackupError(failure.code, failure.message, { cause });
}

/**
 * The host's environment. A host that keeps its compiled code between its runs has that of its threads kept too, which do not
 * take the setting over: https://nodejs.org/api/module.html#module-compile-cache
 */
function threadEnvironment(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  // Node keeps each version's in a folder of its own below the one that it is told
  return folder === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(folder) };
}
