import { createSecretKey, randomBytes, scrypt, type KeyObject } from 'node:crypto';
import type { Identity, Recipient } from 'age-encryption';
import { ageLibrary } from './age-header.js';
import { open, seal, TAG_BYTES } from './chacha20-poly1305.js';

/** What `age -p` uses: about a second, and 256 MiB for that long. */
const WORK_FACTOR = 18;
/** A file may not ask for more: 1 GiB. */
const LARGEST_WORK_FACTOR = 20;
const BLOCK_SIZE = 8;
const SALT_BYTES = 16;
const LABEL = 'age-encryption.org/v1/scrypt';
const SEALED_KEY_BYTES = 16 + TAG_BYTES;
/** Each key is used once. */
const NONCE = Buffer.alloc(12);

/**
 * A passphrase as age knows it. By hand because the library's scrypt would hold up the host's event loop for as long as
 * it takes: Node's runs beside it.
 */
export class PassphraseRecipient implements Recipient {
  constructor(
    private readonly passphrase: string,
    private readonly workFactor = WORK_FACTOR,
  ) {}

  async wrapFileKey(fileKey: Uint8Array): Promise<InstanceType<(typeof import('age-encryption'))['Stanza']>[]> {
    const { Stanza } = await ageLibrary();
    const salt = randomBytes(SALT_BYTES);
    const key = await deriveKey(this.passphrase, salt, this.workFactor);
    const body = Buffer.alloc(SEALED_KEY_BYTES);
    seal(key, NONCE, fileKey, body);
    return [new Stanza(['scrypt', unpadded(salt), String(this.workFactor)], body)];
  }
}

/** Opens what a {@link PassphraseRecipient}, or `age -p`, has encrypted. */
export class PassphraseIdentity implements Identity {
  constructor(private readonly passphrase: string) {}

  async unwrapFileKey(stanzas: { readonly args: string[]; readonly body: Uint8Array }[]): Promise<Uint8Array | null> {
    const [stanza] = stanzas;
    if (stanzas.length !== 1 || stanza.args[0] !== 'scrypt') {
      return null;
    }
    const [, salt = '', factor = ''] = stanza.args;
    const workFactor = /^[1-9]\d?$/.test(factor) ? Number(factor) : 0;
    if (workFactor < 1 || workFactor > LARGEST_WORK_FACTOR || stanza.body.length !== SEALED_KEY_BYTES) {
      throw new Error('invalid scrypt stanza');
    }
    const key = await deriveKey(this.passphrase, Buffer.from(salt, 'base64'), workFactor);
    return open(key, NONCE, stanza.body);
  }
}

function deriveKey(passphrase: string, salt: Buffer, workFactor: number): Promise<KeyObject> {
  const cost = 2 ** workFactor;
  const maxmem = 128 * BLOCK_SIZE * (cost + 16);
  return new Promise((resolve, reject) => {
    scrypt(
      passphrase,
      Buffer.concat([Buffer.from(LABEL), salt]),
      32,
      { cost, blockSize: BLOCK_SIZE, parallelization: 1, maxmem },
      (error, key) => {
        if (error === null) resolve(createSecretKey(key));
        else reject(error);
      },
    );
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
