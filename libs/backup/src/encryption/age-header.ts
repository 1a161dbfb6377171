import { ReadableStream } from 'node:stream/web';
import type { Decrypter, Recipient } from 'age-encryption';
import { collect } from '../byte-chunks.js';
import { DamagedFileError, NoMatchingIdentityError } from './encryption.errors.js';

/** Headers hold a few hundred bytes for each recipient, 1.6 KB for a post-quantum one. */
const LONGEST_HEADER = 256 * 1024;
/** What an empty payload adds to a header: its nonce and a tag. */
const EMPTY_PAYLOAD_BYTES = 32;
const END_OF_HEADER = /\n--- [^\n]*\n/;

export interface SealedHeader {
  readonly header: Buffer;
  /** What the payload's key is derived from. */
  readonly fileKey: Uint8Array;
}

/** An age file taken apart; the payload goes on where the header ended. */
export interface SplitFile {
  readonly header: Buffer;
  readonly payload: AsyncIterable<Buffer>;
}

/** Makes the header of a new file, with a fresh file key. */
export async function sealHeader(recipients: readonly (Recipient | string)[]): Promise<SealedHeader> {
  const { Encrypter } = await ageLibrary();
  const encrypter = new Encrypter();
  recipients.forEach((recipient) => {
    encrypter.addRecipient(recipient);
  });
  let fileKey = new Uint8Array(0);
  encrypter.addRecipient({
    wrapFileKey: (key) => {
      fileKey = Uint8Array.from(key);
      return [];
    },
  });
  const nothing = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.close();
    },
  });
  // given bytes, the library makes a response of HTTP, and Node loads all that it has for that
  const file = await collect(await encrypter.encrypt(nothing));
  return { header: file.subarray(0, file.length - EMPTY_PAYLOAD_BYTES), fileKey };
}

/** Reads the header from the start of a file. @throws DamagedFileError */
export async function splitFile(chunks: AsyncIterable<Buffer>): Promise<SplitFile> {
  const source = chunks[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  for (;;) {
    const end = END_OF_HEADER.exec(start.toString('latin1'));
    if (end !== null) {
      const length = end.index + end[0].length;
      return { header: start.subarray(0, length), payload: continued(start.subarray(length), source) };
    }
    const next = await source.next();
    if (next.done === true || start.length > LONGEST_HEADER) {
      await source.return?.();
      throw new DamagedFileError(
        start.toString('latin1').startsWith('age-encryption.org/') ? 'is cut off' : 'has no age header',
      );
    }
    start = Buffer.concat([start, next.value]);
  }
}

/**
 * The file key behind a header.
 *
 * @throws NoMatchingIdentityError, or DamagedFileError when the header was altered
 */
export async function openHeader(header: Buffer, addIdentities: (decrypter: Decrypter) => void): Promise<Uint8Array> {
  const { Decrypter } = await ageLibrary();
  const decrypter = new Decrypter();
  const attempt = { isUnmatched: false };
  addIdentities(decrypter);
  // asked last, when all others have passed
  decrypter.addIdentity({
    unwrapFileKey: () => {
      attempt.isUnmatched = true;
      return null;
    },
  });
  try {
    return await decrypter.decryptHeader(header);
  } catch (error) {
    throw attempt.isUnmatched
      ? new NoMatchingIdentityError()
      : new DamagedFileError('has an altered header', { cause: error });
  }
}

/** Loaded when it is needed: it takes as long as everything else that a command loads. */
export function ageLibrary(): Promise<typeof import('age-encryption')> {
  return import('age-encryption');
}

async function* continued(first: Buffer, source: AsyncIterator<Buffer>): AsyncIterable<Buffer> {
  try {
    yield first;
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      yield next.value;
    }
  } finally {
    await source.return?.();
  }
}
