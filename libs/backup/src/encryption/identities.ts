import { ageLibrary } from './age-header.js';
import { encryptedIdentities, invalidIdentity, noIdentities } from './encryption.errors.js';

const IDENTITY = /^AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]+$/;

/** An identity and the public key that belongs to it. */
export interface NewIdentity {
  readonly identity: string;
  readonly recipient: string;
}

/** Makes a new identity; whoever has it opens what is encrypted to its recipient. */
export async function generateIdentity(isPostQuantum: boolean): Promise<NewIdentity> {
  const { generateHybridIdentity, generateX25519Identity, identityToRecipient } = await ageLibrary();
  const identity = await (isPostQuantum ? generateHybridIdentity() : generateX25519Identity());
  return { identity, recipient: await identityToRecipient(identity) };
}

/** A file with one identity, as `age-keygen` writes it. */
export function identityFile({ identity, recipient }: NewIdentity, createdAt: Date): string {
  return `# created: ${createdAt.toISOString()}\n# public key: ${recipient}\n${identity}\n`;
}

/**
 * The identities of a file as `age-keygen` writes it: one a line, and comments.
 *
 * @param source what to call it in an error: `identity file /etc/backup/identity.txt`
 * @throws BackupError `invalid_option`, which names the line and never repeats it
 */
export async function parseIdentities(text: string, source: string): Promise<readonly string[]> {
  if (/^(?:age-encryption\.org\/|-----BEGIN AGE ENCRYPTED FILE)/.test(text)) {
    throw encryptedIdentities(source);
  }
  const { identityToRecipient } = await ageLibrary();
  const identities: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const content = line.trim();
    if (content !== '' && !content.startsWith('#')) {
      try {
        if (!IDENTITY.test(content)) {
          throw new Error('unknown kind');
        }
        await identityToRecipient(content);
      } catch {
        throw invalidIdentity(`line ${String(index + 1)} of the ${source}`);
      }
      identities.push(content);
    }
  }
  if (identities.length === 0) {
    throw noIdentities(source);
  }
  return identities;
}
