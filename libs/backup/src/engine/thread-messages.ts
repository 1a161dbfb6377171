import type { BackupErrorCode } from '../errors/backup.error.js';
import type { RateLimit } from './pace.js';

/** How much of the machine and the server an operation may use. */
export interface EngineLoad {
  /** Null: no limit. */
  readonly rate: RateLimit | null;
  /** Added to the priority number of each thread, 0 to 19. */
  readonly nice: number;
}

/** Work done since the last report. */
export interface EngineProgress {
  readonly bytes: number;
  readonly rows: number;
}

export interface FailureMessage {
  readonly code: BackupErrorCode | null;
  readonly message: string;
  readonly name: string;
  readonly errno: number;
}

/** To a thread. */
export type ThreadRequest<Task> =
  | { readonly request: 'run'; readonly tasks: readonly Task[] }
  | { readonly request: 'abort' }
  | { readonly request: 'close' };

/** From a thread. */
export type ThreadReply<Result> =
  | { readonly reply: 'done'; readonly results: readonly Result[] }
  /** The place of the task that failed among those of the request. */
  | { readonly reply: 'failed'; readonly failure: FailureMessage; readonly place: number }
  | { readonly reply: 'progress'; readonly progress: EngineProgress };
