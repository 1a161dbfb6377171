import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf } from '../errors/backup.error.js';
import { secretUnreadable } from './encryption.errors.js';

/** Where a secret comes from. It is read when it is needed, each time. */
export type SecretSource =
  | { readonly file: string }
  /** Name of an environment variable that holds the secret itself. */
  | { readonly env: string }
  | (() => Promise<string> | string);

export const secretSourceSchema = z.union([
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({ env: z.string().min(1) }),
  z.custom<() => Promise<string> | string>((value) => typeof value === 'function'),
]);

export interface Secret {
  readonly text: string;
  /** What to call the place it came from: `identity file /etc/backup/identity.txt`. */
  readonly source: string;
}

/**
 * Reads a secret.
 *
 * @param what is read: `identity`, `passphrase`
 * @param warn told when others can read the file
 * @throws BackupError `invalid_option`
 */
export async function readSecret(source: SecretSource, what: string, warn: (message: string) => void): Promise<Secret> {
  if (typeof source === 'function') {
    const name = `${what} of the provider`;
    try {
      return { text: await source(), source: name };
    } catch (error) {
      throw secretUnreadable(name, 'the provider failed', error);
    }
  }
  return 'env' in source ? fromVariable(source.env, what) : fromFile(source.file, what, warn);
}

/** The text of a secret that may also be given itself, without blanks around it. @throws BackupError `invalid_option` */
export async function secretText(
  given: string | SecretSource,
  what: string,
  warn: (message: string) => void,
): Promise<string> {
  return (typeof given === 'string' ? given : (await readSecret(given, what, warn)).text).trim();
}

/** Reads a passphrase, without the line end that a file ends in. @throws BackupError `invalid_option` */
export async function readPassphrase(source: SecretSource, warn: (message: string) => void): Promise<string> {
  const { text } = await readSecret(source, 'passphrase', warn);
  return text.replace(/\r?\n$/, '');
}

function fromVariable(variable: string, what: string): Secret {
  const text = process.env[variable];
  const name = `${what} in the environment variable ${variable}`;
  if (text === undefined || text === '') {
    throw secretUnreadable(name, 'it is not set');
  }
  return { text, source: name };
}

async function fromFile(file: string, what: string, warn: (message: string) => void): Promise<Secret> {
  const name = `${what} file ${file}`;
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, '0');
      warn(`The ${name} can be read by other users (mode ${shown}): run chmod 600 on it.`);
    }
    return { text: await readFile(file, 'utf8'), source: name };
  } catch (error) {
    throw secretUnreadable(name, systemReason(error), error);
  }
}

function systemReason(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : messageOf(error);
}
