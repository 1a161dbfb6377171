import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decrypter, Encrypter } from 'age-encryption';
import { collect } from '../byte-chunks.js';
import { decryptBytes, decryptFile, encryptBytes, encryptFile } from './age-file.js';
import { DamagedFileError, NoMatchingIdentityError } from './encryption.errors.js';
import { generateIdentity, type NewIdentity } from './identities.js';

const CHUNK = 64 * 1024;
const SEALED = CHUNK + 16;
/** Around where a chunk ends, and where the last is whole. */
const SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1];

let owner: NewIdentity;
let stranger: NewIdentity;

beforeAll(async () => {
  owner = await generateIdentity(false);
  stranger = await generateIdentity(false);
});

async function* inPieces(bytes: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(Buffer.from(bytes.subarray(at, at + size)));
  }
}

/** Where the header ends and the payload's nonce begins. */
function headerLength(sealed: Buffer): number {
  return sealed.indexOf('\n', sealed.indexOf('\n--- ') + 1) + 1;
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] ^= 1;
  return copy;
}

describe('an age file', () => {
  it.each(SIZES)('of %d bytes is opened by the library', async (size) => {
    const plain = randomBytes(size);
    const decrypter = new Decrypter();
    decrypter.addIdentity(owner.identity);

    const opened = await decrypter.decrypt(await encryptBytes([owner.recipient], plain));

    expect(Buffer.from(opened).equals(plain)).toBe(true);
  });

  it.each(SIZES)('of %d bytes that the library made is opened', async (size) => {
    const plain = randomBytes(size);
    const encrypter = new Encrypter();
    encrypter.addRecipient(owner.recipient);

    const opened = await decryptBytes([owner.identity], Buffer.from(await encrypter.encrypt(plain)));

    expect(opened.equals(plain)).toBe(true);
  });

  it.each([1, 7, CHUNK - 1, CHUNK, SEALED, SEALED + 1, 1_000_000])(
    'is the same however it comes in: pieces of %d bytes',
    async (piece) => {
      const plain = randomBytes(piece === 1 ? 300 : 2 * CHUNK + 5);

      const sealed = await collect(encryptFile([owner.recipient], inPieces(plain, piece)));
      const opened = await collect(decryptFile([owner.identity], inPieces(sealed, piece)));

      expect(opened.equals(plain)).toBe(true);
    },
  );

  it('is opened by any of several identities', async () => {
    const sealed = await encryptBytes([owner.recipient, stranger.recipient], Buffer.from('text'));

    expect(await decryptBytes([stranger.identity], sealed)).toEqual(Buffer.from('text'));
    expect(await decryptBytes([owner.identity], sealed)).toEqual(Buffer.from('text'));
  });

  it('to a post-quantum recipient is opened by its identity alone', async () => {
    const strong = await generateIdentity(true);
    const sealed = await encryptBytes([strong.recipient], Buffer.from('text'));

    expect(await decryptBytes([strong.identity], sealed)).toEqual(Buffer.from('text'));
    await expect(decryptBytes([owner.identity], sealed)).rejects.toThrow(NoMatchingIdentityError);
  });

  it.each([
    ['without an identity', []],
    ['with the identity of somebody else', ['stranger']],
  ])('is not opened %s', async (_case, who) => {
    const sealed = await encryptBytes([owner.recipient], Buffer.from('text'));

    await expect(
      decryptBytes(
        who.map(() => stranger.identity),
        sealed,
      ),
    ).rejects.toThrow(NoMatchingIdentityError);
  });
});

describe('a damaged age file', () => {
  const plain = randomBytes(2 * CHUNK + 100);
  let sealed: Buffer;
  let header: number;

  beforeAll(async () => {
    sealed = await encryptBytes([owner.recipient], plain);
    header = headerLength(sealed);
  });

  it.each<[string, () => number, string]>([
    ['the version line', () => 20, 'has an altered header'],
    ['the MAC of the header', () => header - 10, 'has an altered header'],
    ['the nonce', () => header + 3, 'was altered'],
    ['the first chunk', () => header + 16 + 5, 'was altered'],
    ["the first chunk's tag", () => header + 16 + CHUNK + 3, 'was altered'],
    ['a middle chunk', () => header + 16 + SEALED + 40_000, 'was altered'],
    ['the last chunk', () => header + 16 + 2 * SEALED + 5, 'was altered'],
    ["the last chunk's tag", () => sealed.length - 1, 'was altered'],
  ])('is refused when a bit of %s is flipped', async (_part, at, reason) => {
    const error: unknown = await decryptBytes([owner.identity], flipped(sealed, at())).catch(
      (thrown: unknown) => thrown,
    );

    expect(error).toBeInstanceOf(DamagedFileError);
    expect(error).toMatchObject({ reason });
  });

  it('is opened by nobody when a letter of the stanza is another one', async () => {
    const altered = Buffer.from(sealed);
    const body = sealed.indexOf('\n', sealed.indexOf('-> X25519')) + 5;
    // still base64, which a flipped bit may not be
    altered.write(sealed.toString('latin1', body, body + 1) === 'A' ? 'B' : 'A', body);

    await expect(decryptBytes([owner.identity], altered)).rejects.toThrow(NoMatchingIdentityError);
  });

  it.each<[string, () => number]>([
    ['in the header', () => header - 20],
    ['after the header', () => header],
    ['in the nonce', () => header + 8],
    ['after the nonce', () => header + 16],
    ['in the first chunk', () => header + 16 + 1000],
    ['after the first chunk', () => header + 16 + SEALED],
    ['in the second chunk', () => header + 16 + SEALED + 5],
    ['after the second chunk', () => header + 16 + 2 * SEALED],
  ])('is refused when it ends %s', async (_place, end) => {
    const error: unknown = await decryptBytes([owner.identity], sealed.subarray(0, end())).catch(
      (thrown: unknown) => thrown,
    );

    expect(error).toBeInstanceOf(DamagedFileError);
    expect((error as DamagedFileError).reason).toMatch(/^(?:is cut off|was altered)$/);
  });

  it('says that it is cut off when it ends between chunks', async () => {
    await expect(decryptBytes([owner.identity], sealed.subarray(0, header + 16 + SEALED))).rejects.toMatchObject({
      reason: 'is cut off',
    });
  });

  it.each([1, 100, SEALED])('is refused when %d bytes follow its end', async (more) => {
    await expect(decryptBytes([owner.identity], Buffer.concat([sealed, Buffer.alloc(more)]))).rejects.toThrow(
      DamagedFileError,
    );
  });

  it('is refused when chunks have changed places', async () => {
    const start = header + 16;
    const swapped = Buffer.concat([
      sealed.subarray(0, start),
      sealed.subarray(start + SEALED, start + 2 * SEALED),
      sealed.subarray(start, start + SEALED),
      sealed.subarray(start + 2 * SEALED),
    ]);

    await expect(decryptBytes([owner.identity], swapped)).rejects.toMatchObject({ reason: 'was altered' });
  });

  it('gives nothing of a chunk that is not authentic', async () => {
    const damaged = flipped(sealed, header + 16 + SEALED + 5);
    let length = 0;
    const reading = async (): Promise<void> => {
      for await (const chunk of decryptFile([owner.identity], inPieces(damaged, 10_000))) length += chunk.length;
    };

    await expect(reading()).rejects.toThrow(DamagedFileError);
    expect(length).toBe(CHUNK);
  });

  it.each([
    ['nothing', ''],
    ['text', 'This is no age file.\n'],
  ])('is refused when it is %s', async (_case, text) => {
    await expect(decryptBytes([owner.identity], Buffer.from(text))).rejects.toMatchObject({
      reason: 'has no age header',
    });
  });

  it('is refused when its header does not end', async () => {
    await expect(decryptBytes([owner.identity], Buffer.alloc(400_000, 'x'))).rejects.toThrow(DamagedFileError);
  });
});

describe('the age program', () => {
  let folder: string;
  let identityPath: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nestjs-backup-age-'));
    identityPath = join(folder, 'identity.txt');
    writeFileSync(identityPath, `${owner.identity}\n`, { mode: 0o600 });
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(SIZES)('opens a file of %d bytes, and makes one that is opened', async (size) => {
    const plain = randomBytes(size);
    const sealed = await encryptBytes([owner.recipient], plain);

    const opened = execFileSync('age', ['-d', '-i', identityPath], { input: sealed, maxBuffer: 1e7 });
    const made = execFileSync('age', ['-r', owner.recipient], { input: plain, maxBuffer: 1e7 });

    expect(opened.equals(plain)).toBe(true);
    expect((await decryptBytes([owner.identity], made)).equals(plain)).toBe(true);
  });
});
