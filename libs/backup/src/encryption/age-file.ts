import type { Identity, Recipient } from 'age-encryption';
import { collect, single } from '../byte-chunks.js';
import { openHeader, sealHeader, splitFile } from './age-header.js';
import { decryptPayload, encryptPayload } from './age-payload.js';

/** Encrypts a stream to recipients, as `age -r` does. */
export async function* encryptFile(
  recipients: readonly (Recipient | string)[],
  chunks: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  const { header, fileKey } = await sealHeader(recipients);
  yield header;
  yield* encryptPayload(fileKey, chunks);
}

/**
 * Decrypts a stream, as `age -d -i` does. Bytes come out chunk by chunk, each authenticated, and valid until the next
 * is asked for; that nothing is missing is known at the end.
 *
 * @throws NoMatchingIdentityError, or DamagedFileError
 */
export async function* decryptFile(
  identities: readonly (Identity | string)[],
  chunks: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  const { header, payload } = await splitFile(chunks);
  const fileKey = await openHeader(header, (decrypter) => {
    identities.forEach((identity) => {
      decrypter.addIdentity(identity);
    });
  });
  yield* decryptPayload(fileKey, payload);
}

/** {@link encryptFile} of bytes at hand. */
export function encryptBytes(recipients: readonly (Recipient | string)[], plain: Buffer): Promise<Buffer> {
  return collect(encryptFile(recipients, single(plain)));
}

/** {@link decryptFile} of bytes at hand: nothing comes out unless all of it is authentic. */
export function decryptBytes(identities: readonly (Identity | string)[], sealed: Buffer): Promise<Buffer> {
  return collect(decryptFile(identities, single(sealed)));
}
