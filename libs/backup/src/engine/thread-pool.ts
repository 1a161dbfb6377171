import { Worker } from 'node:worker_threads';
import { BackupError } from '../errors/backup.error.js';
import { memoryOf } from './moved-bytes.js';
import type { EngineProgress, FailureMessage, ThreadReply, ThreadRequest } from './thread-messages.js';

interface Job<Task> {
  readonly task: Task;
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The young generation of a thread's heap, MiB. Rows leave next to no garbage behind; a small one keeps a thread's
 * share of the process's memory small.
 */
const YOUNG_GENERATION_MIB = 4;

/**
 * The most that the rest of a thread's heap may hold, MiB: far more than any does. Where nothing is said, V8 takes its limit
 * from the machine's memory, and the larger that is the more garbage it leaves: twice as much in threads for files.
 */
const OLD_GENERATION_MIB = 1024;

/** How long an aborted thread may take to remove what it was writing before it is terminated, milliseconds. */
const ABORT_GRACE = 10_000;

/** Short tasks that a thread is given at a time, at most. */
const MOST_TOGETHER = 32;

/** A kind of task and what it gives, by the names of the tasks. */
type ResultOf<Results, Task extends { readonly kind: keyof Results }> = Results[Task['kind']];

/**
 * Worker threads that do one task at a time each, or some short ones, and a queue of tasks for them. A thread is started
 * when there is a task for it. The first failure aborts everything: each waiting task fails with it.
 */
export class ThreadPool<Task extends { readonly kind: keyof Results }, Results> {
  private readonly threads: PoolThread<Task>[] = [];
  private readonly queue: Job<Task>[] = [];
  private failure: Error | null = null;
  private readonly onAbort: () => void;

  /**
   * @param entry what a thread runs: JavaScript that calls `serveThread`
   * @param size threads at most
   * @param settings what each thread is started with: plain data
   * @param goTogether whether two tasks are short and alike, so that a thread may be given both at a time
   * @param bytesOf what of a task is moved to the thread, and not copied
   */
  constructor(
    private readonly entry: URL,
    readonly size: number,
    private readonly settings: object,
    private readonly onProgress: (progress: EngineProgress) => void,
    private readonly signal: AbortSignal,
    private readonly goTogether: (one: Task, other: Task) => boolean = () => false,
    private readonly bytesOf: (task: Task) => readonly Uint8Array[] = () => [],
  ) {
    this.onAbort = () => {
      this.fail(
        signal.reason instanceof Error ? signal.reason : new BackupError('cancelled', 'The operation was cancelled.'),
      );
    };
    signal.addEventListener('abort', this.onAbort, { once: true });
    if (signal.aborted) {
      this.onAbort();
    }
  }

  /**
   * Runs a task on the first free thread.
   *
   * @param turn whether it is the next task of all: what takes long, and cannot be divided, is begun as early as can be
   */
  run<T extends Task>(task: T, turn: 'next' | 'last' = 'last'): Promise<ResultOf<Results, T>> {
    if (this.failure !== null) {
      return Promise.reject(this.failure);
    }
    return new Promise((resolve, reject) => {
      const job = { task, resolve, reject };
      if (turn === 'next') {
        this.queue.unshift(job);
      } else {
        this.queue.push(job);
      }
      this.idle()?.next();
    });
  }

  /** Runs a task once on every thread; all of them must be idle. */
  async runOnAll<T extends Task>(task: T): Promise<ResultOf<Results, T>[]> {
    if (this.failure !== null) {
      throw this.failure;
    }
    while (this.threads.length < this.size) {
      this.begin();
    }
    return Promise.all(
      this.threads.map(
        (thread) =>
          new Promise<ResultOf<Results, T>>((resolve, reject) => {
            thread.start([{ task, resolve, reject }]);
          }),
      ),
    );
  }

  /** Gives all work up. */
  abort(reason: Error): void {
    this.fail(reason);
  }

  /** Ends the threads; unfinished work is aborted and cleaned up first. */
  async close(): Promise<void> {
    this.signal.removeEventListener('abort', this.onAbort);
    this.failure ??= new Error('the threads have ended');
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  /** A thread without a task, if there is one, or can be. */
  private idle(): PoolThread<Task> | undefined {
    const idle = this.threads.find((thread) => thread.isIdle);
    return idle ?? (this.threads.length < this.size ? this.begin() : undefined);
  }

  private begin(): PoolThread<Task> {
    const thread = new PoolThread<Task>(
      this.entry,
      this.settings,
      this.onProgress,
      this.bytesOf,
      () => this.take(),
      (error) => this.fail(error),
    );
    this.threads.push(thread);
    return thread;
  }

  /** The next task, or some of them that are short: a fair share, so that no thread is left without. */
  private take(): Job<Task>[] {
    const most = Math.min(MOST_TOGETHER, Math.ceil(this.queue.length / this.size));
    const next = this.queue.slice(0, most);
    const other = next.findIndex(({ task }, place) => place > 0 && !this.goTogether(next[0].task, task));
    return this.queue.splice(0, other === -1 ? next.length : other);
  }

  /** @returns the first failure, of which later ones are but consequences */
  private fail(error: Error): Error {
    if (this.failure !== null) {
      return this.failure;
    }
    this.failure = error;
    for (const job of this.queue.splice(0)) {
      job.reject(error);
    }
    for (const thread of this.threads) {
      thread.abort();
    }
    return error;
  }
}

/** The host's side of one thread. */
class PoolThread<Task> {
  private readonly worker: Worker;
  private readonly exited: Promise<void>;
  private jobs: readonly Job<Task>[] = [];
  private hasExited = false;

  constructor(
    entry: URL,
    settings: object,
    private readonly onProgress: (progress: EngineProgress) => void,
    private readonly bytesOf: (task: Task) => readonly Uint8Array[],
    private readonly take: () => Job<Task>[],
    private readonly onFailure: (error: Error) => Error,
  ) {
    this.worker = new Worker(entry, {
      workerData: settings,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB, maxOldGenerationSizeMb: OLD_GENERATION_MIB },
      // flags of a test runner or a debugger are the host's business
      execArgv: [],
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
        this.settle(workerDied(null));
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
      const tasks = jobs.map(({ task }) => task);
      this.send({ request: 'run', tasks }, tasks.flatMap(this.bytesOf));
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
      this.onProgress(reply.progress);
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
