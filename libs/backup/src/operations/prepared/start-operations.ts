import { BackupLogger } from '../../backup-logger.js';
import { BackupError, messageOf } from '../../errors/backup.error.js';
import type { OperationQueue } from '../../queue/operation-queue.js';
import { passphraseNotHandedOver } from '../../queue/queue.errors.js';
import { parseOrder, type NewOperationOrder } from './operation-order.js';
import { OrderedWork } from './ordered-work.js';
import { PreparedOperations } from './prepared-operations.js';

/** Who starts an operation, and what is needed for it but not kept. */
export interface StartOptions {
  /** The host's user id. */
  readonly initiatedBy?: number;
  /** Of encrypted backups. Only where operations are carried out by the process that is asked. */
  readonly passphrase?: string;
}

/** Has operations carried out that nobody waits for. */
export interface OperationStarter {
  /**
   * @returns the backupid of the operation, which has begun, or is sure to have its turn
   * @throws BackupError what refuses it, as far as that is found out at once
   */
  start(order: NewOperationOrder, options: StartOptions): Promise<string>;
}

/** Injection token of the {@link OperationStarter}. */
export const OPERATION_STARTER = Symbol('OPERATION_STARTER');

export function operationStarter(
  work: OrderedWork,
  prepared: PreparedOperations,
  queue: OperationQueue | null,
): OperationStarter {
  return queue === null ? new StartHere(work) : new StartAnywhere(prepared, queue);
}

/** The process that is asked carries them out: an operation ends with it. */
class StartHere implements OperationStarter {
  private readonly logger = new BackupLogger();

  constructor(private readonly work: OrderedWork) {}

  async start(wish: NewOperationOrder, options: StartOptions): Promise<string> {
    const order = parseOrder(wish);
    // what is refused now leaves no record, and is an answer also where there is no turn yet
    await this.work.precheck(order, { passphrase: options.passphrase });
    return new Promise((resolve, reject) => {
      this.work.begin(order, { ...options, onStarted: resolve }, null).catch((error: unknown) => {
        // its record says so too; whoever started it may have gone
        this.logger.error(messageOf(error));
        reject(error instanceof Error ? error : new Error(messageOf(error)));
      });
    });
  }
}

/** Any process that works for the queue carries them out. */
class StartAnywhere implements OperationStarter {
  private readonly logger = new BackupLogger();

  constructor(
    private readonly prepared: PreparedOperations,
    private readonly queue: OperationQueue,
  ) {}

  async start(wish: NewOperationOrder, { initiatedBy, passphrase }: StartOptions): Promise<string> {
    if (passphrase !== undefined) {
      throw passphraseNotHandedOver();
    }
    const backupid = await this.prepared.prepare(wish, { initiatedBy });
    try {
      await this.queue.add(backupid);
    } catch (error) {
      if (!(error instanceof BackupError && error.code === 'queue_failed')) {
        throw error;
      }
      this.logger.warn(`${error.message} Operation ${backupid} waits until a worker finds it in the catalog.`);
    }
    return backupid;
  }
}
