import { BackupError } from '../errors/backup.error.js';
import { PoolThread, type Job, type ThreadOptions } from './pool-thread.js';

/** Short tasks that a thread is given at a time, at most. */
const MOST_TOGETHER = 32;

/** A kind of task and what it gives, by the names of the tasks. */
type ResultOf<Results, Task extends { readonly kind: keyof Results }> = Results[Task['kind']];

/** What a pool is made of. */
export interface ThreadPoolOptions<Task> extends ThreadOptions<Task> {
  /** Threads at most. */
  readonly size: number;
  /** Gives all work up. */
  readonly signal: AbortSignal;
  /** Whether two tasks are short and alike, so that a thread may be given both at a time. Default: none are. */
  readonly goTogether?: (one: Task, other: Task) => boolean;
}

/**
 * Worker threads that do one task at a time each, or some short ones, and a queue of tasks for them. A thread is started
 * when there is a task for it. The first failure aborts everything: each waiting task fails with it.
 */
export class ThreadPool<Task extends { readonly kind: keyof Results }, Results> {
  private readonly threads: PoolThread<Task>[] = [];
  private readonly queue: Job<Task>[] = [];
  private failure: Error | null = null;
  private readonly onAbort: () => void;

  constructor(private readonly options: ThreadPoolOptions<Task>) {
    const { signal } = options;
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

  /** Threads at most. */
  get size(): number {
    return this.options.size;
  }

  /** Gives all work up. */
  abort(reason: Error): void {
    this.fail(reason);
  }

  /** Ends the threads; unfinished work is aborted and cleaned up first. */
  async close(): Promise<void> {
    this.options.signal.removeEventListener('abort', this.onAbort);
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
      this.options,
      () => this.take(),
      (error) => this.fail(error),
    );
    this.threads.push(thread);
    return thread;
  }

  /** The next task, or some of them that are short: a fair share, so that no thread is left without. */
  private take(): Job<Task>[] {
    const { goTogether = () => false } = this.options;
    const most = Math.min(MOST_TOGETHER, Math.ceil(this.queue.length / this.size));
    const next = this.queue.slice(0, most);
    const other = next.findIndex(({ task }, place) => place > 0 && !goTogether(next[0].task, task));
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
