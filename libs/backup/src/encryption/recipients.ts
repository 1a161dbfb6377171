import { createHash } from 'node:crypto';
import type { Recipient } from 'age-encryption';
import { ageLibrary } from './age-header.js';
import { invalidRecipient, mixedRecipients, noRecipient } from './encryption.errors.js';

const POST_QUANTUM = 'age1pq1';
/** Public keys of hardware that this library has no way to open. */
const HARDWARE = 'age1tag';

/**
 * The recipients of a key, checked and in one order.
 *
 * @throws BackupError `invalid_option`
 */
export async function parseRecipients(texts: readonly string[]): Promise<readonly string[]> {
  const recipients = [...new Set(texts.map((text) => text.trim()))].sort();
  if (recipients.length === 0) {
    throw noRecipient();
  }
  const { Encrypter } = await ageLibrary();
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      if (recipient.startsWith(HARDWARE)) {
        throw new Error('unsupported');
      }
      encrypter.addRecipient(recipient);
    } catch {
      throw invalidRecipient(recipient);
    }
  }
  const strong = recipients.filter((recipient) => recipient.startsWith(POST_QUANTUM));
  if (strong.length > 0 && strong.length < recipients.length) {
    throw mixedRecipients();
  }
  return recipients;
}

/** A name for a group of recipients that says nothing about them. */
export function recipientsMark(recipients: readonly string[]): string {
  const digest = createHash('sha256')
    .update([...recipients].sort().join('\n'))
    .digest();
  return digest.subarray(0, 16).toString('base64url');
}

const MARK_STANZA = 'nestjs-backup/key';

/**
 * Writes the mark of a file's recipients into its header, where age passes over it: so that one can tell which key
 * a file is encrypted to without being able to open it.
 */
export class RecipientsMark implements Recipient {
  constructor(private readonly recipients: readonly string[]) {}

  async wrapFileKey(): Promise<InstanceType<(typeof import('age-encryption'))['Stanza']>[]> {
    const { Stanza } = await ageLibrary();
    return [new Stanza([MARK_STANZA, recipientsMark(this.recipients)], new Uint8Array(0))];
  }
}

/** The mark in a header, or null. Anybody could have written it: it is good for a hint, and for nothing else. */
export function markOf(header: Buffer): string | null {
  return /\n-> nestjs-backup\/key (?<mark>[\w-]{22})\n/.exec(header.toString('latin1'))?.groups?.mark ?? null;
}
