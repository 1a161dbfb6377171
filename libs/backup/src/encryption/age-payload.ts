import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { releaseOwnBuffer } from '../release-buffer.js';
import { open, seal, TAG_BYTES } from './chacha20-poly1305.js';
import { DamagedFileError } from './encryption.errors.js';

/**
 * The payload of an age file: a nonce, then chunks of 64 KiB under ChaCha20-Poly1305 whose nonces count them and mark
 * the last. By hand because the library's cipher is JavaScript, and slower than the disk.
 *
 * @see https://age-encryption.org/v1
 */
const CHUNK_BYTES = 64 * 1024;
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES;
const NONCE_BYTES = 16;

/** Encrypts plain bytes; a chunk may be reused when the next is asked for, and what comes out is the taker's. */
export async function* encryptPayload(fileKey: Uint8Array, chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = new ChunkCipher(payloadKey(fileKey, nonce));
  const pending = new PendingBytes(CHUNK_BYTES);
  yield nonce;
  try {
    for await (const chunk of chunks) {
      const whole = pending.add(chunk);
      if (whole.length > 0) {
        const sealed = Buffer.allocUnsafeSlow(whole.length * SEALED_BYTES);
        whole.forEach((plain, index) => {
          cipher.seal(plain, false, sealed.subarray(index * SEALED_BYTES));
        });
        yield sealed;
      }
    }
    const plain = pending.rest();
    const last = Buffer.allocUnsafeSlow(plain.length + TAG_BYTES);
    cipher.seal(plain, true, last);
    yield last;
  } finally {
    pending.release();
  }
}

/**
 * Decrypts a payload. No byte comes out before its chunk was authenticated, and an error follows unless the last one
 * was. What comes out is valid until the next is asked for.
 *
 * @throws DamagedFileError
 */
export async function* decryptPayload(fileKey: Uint8Array, chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const pending = new PendingBytes(SEALED_BYTES);
  const nonce = Buffer.alloc(NONCE_BYTES);
  let nonceBytes = 0;
  let cipher: ChunkCipher | null = null;
  try {
    for await (const chunk of chunks) {
      const taken = chunk.copy(nonce, nonceBytes);
      nonceBytes += taken;
      if (nonceBytes === NONCE_BYTES) {
        cipher ??= new ChunkCipher(payloadKey(fileKey, nonce));
        for (const sealed of pending.add(chunk.subarray(taken))) {
          yield* once(cipher.open(sealed, false));
        }
      }
    }
    if (cipher === null) {
      throw new DamagedFileError('is cut off');
    }
    yield* once(cipher.open(pending.rest(), true));
  } finally {
    pending.release();
  }
}

function* once(plain: Buffer): Iterable<Buffer> {
  yield plain;
  releaseOwnBuffer(plain);
}

function payloadKey(fileKey: Uint8Array, nonce: Buffer): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32)));
}

/**
 * Cuts what it is given into pieces of one size. The last piece, also a whole one, waits until more follows: its nonce
 * is another.
 */
class PendingBytes {
  private readonly kept: Buffer;
  /** What was kept, with what completes it. */
  private readonly first: Buffer;
  private length = 0;

  constructor(private readonly size: number) {
    this.kept = Buffer.allocUnsafeSlow(size);
    this.first = Buffer.allocUnsafeSlow(size);
  }

  /** @returns whole pieces, valid until the next call; the chunk itself is not kept */
  add(chunk: Buffer): Buffer[] {
    const whole: Buffer[] = [];
    let offset = 0;
    if (this.length > 0 && this.length + chunk.length > this.size) {
      offset = this.size - this.length;
      this.kept.copy(this.first, 0, 0, this.length);
      chunk.copy(this.first, this.length, 0, offset);
      whole.push(this.first);
      this.length = 0;
    }
    for (; chunk.length - offset > this.size; offset += this.size) {
      whole.push(chunk.subarray(offset, offset + this.size));
    }
    this.length += chunk.copy(this.kept, this.length, offset);
    return whole;
  }

  rest(): Buffer {
    return this.kept.subarray(0, this.length);
  }

  release(): void {
    releaseOwnBuffer(this.kept);
    releaseOwnBuffer(this.first);
  }
}

/** Seals or opens the chunks of one payload in their order. */
class ChunkCipher {
  private counter = 0;

  constructor(private readonly key: KeyObject) {}

  seal(plain: Buffer, isLast: boolean, target: Buffer): void {
    seal(this.key, chunkNonce(this.counter, isLast), plain, target);
    this.counter += 1;
  }

  open(sealed: Buffer, isLast: boolean): Buffer {
    if (sealed.length < TAG_BYTES) {
      throw new DamagedFileError('is cut off');
    }
    const plain = this.tryOpen(sealed, isLast);
    if (plain === null) {
      throw new DamagedFileError(this.reason(sealed, isLast));
    }
    if (plain.length === 0 && this.counter > 0) {
      throw new DamagedFileError('ends in an empty chunk');
    }
    this.counter += 1;
    return plain;
  }

  private tryOpen(sealed: Buffer, isLast: boolean): Buffer | null {
    return open(this.key, chunkNonce(this.counter, isLast), sealed);
  }

  /** A chunk that opens with the other flag was written, but elsewhere: in the middle, or at the end. */
  private reason(sealed: Buffer, isLast: boolean): string {
    if (this.tryOpen(sealed, !isLast) === null) {
      return 'was altered';
    }
    return isLast ? 'is cut off' : 'goes on after its end';
  }
}

/** An eleven-byte counter, and a byte that says whether the chunk is the last. */
function chunkNonce(counter: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(counter, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
