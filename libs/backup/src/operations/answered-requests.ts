import { createHash, createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BackupLogger } from '../backup-logger.js';
import { BackupIdempotencyRepository } from '../catalog/repositories/backup-idempotency.repository.js';
import { messageOf } from '../errors/backup.error.js';
import { BackupEnvironment } from './backup-environment.js';
import { ServerLocks } from './server-locks.js';

/** A request whose sender may send it again, not knowing what became of it. */
export interface KeyedRequest {
  /** Chosen by the sender, and hard to guess: a UUID. */
  readonly key: string;
  /** Who sent it. Keys of others are other keys. */
  readonly sender: string;
  /** All that it asks for. */
  readonly content: string;
  /** For how long its answer is remembered, milliseconds. */
  readonly remember: number;
}

/** What becomes of it. */
export type KeyedOutcome =
  | { readonly kind: 'answered' | 'repeated'; readonly answer: unknown }
  /** The same key came with another request. */
  | { readonly kind: 'other request' }
  /** The one before it is not answered yet. */
  | { readonly kind: 'in progress' };

/** Answers requests with a key once, whichever process they reach. */
@Injectable()
export class AnsweredRequests {
  private readonly logger = new BackupLogger();

  constructor(
    private readonly environment: BackupEnvironment,
    private readonly answers: BackupIdempotencyRepository,
  ) {}

  /**
   * Gives the answer that was given to this request, or else works it out and remembers it. What fails is not remembered:
   * it changed nothing, and is tried again. A process that dies meanwhile leaves the key free, as its lock goes with it.
   *
   * @param work gives what JSON can hold
   */
  async once({ key, sender, content, remember }: KeyedRequest, work: () => Promise<unknown>): Promise<KeyedOutcome> {
    const keyHash = createHash('sha256')
      .update(JSON.stringify([sender, key]))
      .digest('hex');
    const fingerprint = createHmac('sha256', key).update(content).digest('hex');
    const locks = await ServerLocks.open(this.environment.address, () => undefined);
    try {
      // a server's lock has a name of at most 64 characters
      if (!(await locks.take(`nestjs-backup:key:${keyHash.slice(0, 40)}`))) {
        return { kind: 'in progress' };
      }
      const known = await this.answers.find(keyHash);
      if (known !== null) {
        return known.fingerprint === fingerprint
          ? { kind: 'repeated', answer: JSON.parse(known.answer) }
          : { kind: 'other request' };
      }
      const answer = await work();
      await this.keep(keyHash, fingerprint, answer, remember);
      return { kind: 'answered', answer };
    } finally {
      await locks.release();
    }
  }

  private async keep(keyHash: string, fingerprint: string, answer: unknown, remember: number): Promise<void> {
    const expiresAt = new Date(Date.now() + remember);
    try {
      await this.answers.keep({ keyHash, fingerprint, answer: JSON.stringify(answer), expiresAt });
    } catch (error) {
      // what was done is done, and is answered
      this.logger.error(`An answer could not be remembered for its idempotency key: ${messageOf(error)}`);
    }
  }
}
