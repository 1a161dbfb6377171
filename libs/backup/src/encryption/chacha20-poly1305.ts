import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { releaseOwnBuffer } from '../release-buffer.js';

/** The one cipher of age: RFC 8439. */
const CIPHER = 'chacha20-poly1305';
export const TAG_BYTES = 16;

/**
 * Encrypts bytes into the start of the target, which takes the tag behind them.
 *
 * @param key an object, since bytes would be made one for each call
 */
export function seal(key: KeyObject, nonce: Buffer, plain: Uint8Array, target: Buffer): void {
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  const sealed = cipher.update(plain);
  sealed.copy(target);
  releaseOwnBuffer(sealed);
  cipher.final();
  cipher.getAuthTag().copy(target, plain.length);
}

/** Decrypts bytes with the tag behind them, into a buffer of their own; null when they are not authentic. */
export function open(key: KeyObject, nonce: Buffer, sealed: Uint8Array): Buffer | null {
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  const end = sealed.length - TAG_BYTES;
  decipher.setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
    return plain;
  } catch {
    return null;
  }
}
