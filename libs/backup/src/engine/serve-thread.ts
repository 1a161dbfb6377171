import { setPriority } from 'node:os';
import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { BackupError } from '../errors/backup.error.js';
import { memoryOf } from './moved-bytes.js';
import { Pace } from './pace.js';
import { ProgressReporter } from './progress-reporter.js';
import type { EngineLoad, FailureMessage, ThreadReply, ThreadRequest } from './thread-messages.js';

/** What a task of a thread works with. */
export interface ThreadContext {
  /** Aborts when the operation is cancelled, or failed elsewhere. */
  readonly signal: AbortSignal;
  /**
   * Hears what the pool has said meanwhile, an abort first of all. For work that takes its input in events and computes for
   * long in each: the event loop hands on many at a time before it looks for messages.
   */
  readonly listen: () => void;
  readonly progress: ProgressReporter;
  readonly pace: Pace;
}

/** A thread's side of a {@link ThreadPool}: one task at a time, or some short ones. */
export interface ThreadWork<Task, Result> {
  run(task: Task, context: ThreadContext): Promise<Result>;
  /** Does short tasks of one kind in one go, where that is quicker; null: one after another. */
  runTogether?(tasks: readonly Task[], context: ThreadContext): Promise<Result[]> | null;
  /** What of a result is moved to the pool's thread, and not copied. */
  bytesOf?(result: Result): readonly Uint8Array[];
  /** Cuts short what waits for something else than the signal. */
  aborted(): void;
  close(isAborted: boolean): Promise<void>;
  describe(error: unknown): FailureMessage;
}

/** Answers the requests of the pool that started this thread, until it closes it. */
export function serveThread<Task, Result>(load: EngineLoad, work: ThreadWork<Task, Result>): void {
  const abort = new AbortController();
  const send = (reply: ThreadReply<Result>, moved: readonly Uint8Array[] = []): void =>
    parentPort?.postMessage(reply, memoryOf(moved));
  const context: ThreadContext = {
    signal: abort.signal,
    listen: () => {
      for (let heard = heardMeanwhile(); heard !== undefined; heard = heardMeanwhile()) {
        hear(heard.message as ThreadRequest<Task>);
      }
    },
    pace: new Pace(load.rate),
    progress: new ProgressReporter((progress) => {
      send({ reply: 'progress', progress });
    }),
  };
  if (load.nice > 0) {
    // on Linux the priority of process 0 is the calling thread's
    setPriority(0, load.nice);
  }
  const answer = async (tasks: readonly Task[]): Promise<void> => {
    const results: Result[] = [];
    try {
      abort.signal.throwIfAborted();
      const together = tasks.length > 1 ? (work.runTogether?.(tasks, context) ?? null) : null;
      if (together !== null) {
        results.push(...(await together));
      }
      for (const task of tasks.slice(results.length)) {
        results.push(await work.run(task, context));
      }
      context.progress.flush();
      send(
        { reply: 'done', results },
        results.flatMap((result) => work.bytesOf?.(result) ?? []),
      );
    } catch (error) {
      const failure = work.describe(abort.signal.aborted ? abort.signal.reason : error);
      send({ reply: 'failed', failure, place: results.length });
    }
  };
  const hear = (request: ThreadRequest<Task>): void => {
    switch (request.request) {
      case 'run':
        void answer(request.tasks);
        break;
      case 'abort':
        abort.abort(new BackupError('cancelled', 'The operation was cancelled.'));
        work.aborted();
        break;
      case 'close':
        void work.close(abort.signal.aborted).then(() => parentPort?.close());
    }
  };
  parentPort?.on('message', hear);
}

function heardMeanwhile(): { readonly message: unknown } | undefined {
  return parentPort === null ? undefined : receiveMessageOnPort(parentPort);
}
