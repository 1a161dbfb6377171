/** Carries a recorded operation out, unless somebody else has. @throws BackupError why it failed, which is recorded then */
export type CarryOut = (backupid: string) => Promise<void>;

/** What a queue says of itself. */
export interface QueueState {
  /** Where it is, for people. */
  readonly server: string;
  /** Processes that work for it now. */
  readonly workers: number;
  /** Operations that nobody has taken up yet. */
  readonly waiting: number;
}

/**
 * Hands recorded operations to processes that work, in the order in which they came, and knows nothing of them but their ids.
 * The catalog is what counts: an operation may be handed out twice, when whoever had it died, so whoever carries it out takes
 * it there first; and what a queue has lost is found waiting there.
 */
export interface OperationQueue {
  /** @throws BackupError `queue_failed` when it cannot be handed over */
  add(backupid: string): Promise<void>;
  /** @throws BackupError `queue_failed` when it does not answer */
  check(): Promise<QueueState>;
  /** Begins to hand operations to this process, if it works at all. */
  work(): Promise<void>;
  /** Hands no more operations to this process. Those that it has go on. */
  pause(): Promise<void>;
  /** Lets go of everything, once what this process had is over. */
  close(): Promise<void>;
}
