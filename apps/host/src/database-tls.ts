import { readFileSync } from 'node:fs';

/** How the connection to the database is encrypted, as mysql2 takes it. */
export interface DatabaseTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized: boolean;
  /** Whether the certificate has to be for the server's name. */
  readonly verifyIdentity: boolean;
}

/** The address asks for something that cannot be had. The message is the rest of a sentence about it. */
export class DatabaseTlsError extends Error {
  override readonly name = 'DatabaseTlsError';
}

const MODES = ['DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'] as const;
const FILES = { 'ssl-ca': 'ca', 'ssl-cert': 'cert', 'ssl-key': 'key' } as const;

/**
 * Reads the TLS parameters of a database address, which have the names of MySQL's clients: `ssl-mode` (`DISABLED`,
 * `REQUIRED`, `VERIFY_CA`, `VERIFY_IDENTITY`), `ssl-ca`, `ssl-cert` and `ssl-key` (paths). With `ssl-ca` alone the
 * certificate has to be of that authority; without any of them nothing is encrypted.
 *
 * @throws DatabaseTlsError
 * @see https://dev.mysql.com/doc/refman/9.7/en/connecting-using-uri-or-key-value-pairs.html
 */
export function databaseTls(address: string): DatabaseTls | undefined {
  const parameters = new URL(address).searchParams;
  const unknown = [...parameters.keys()].find((name) => /^ssl/i.test(name) && name !== 'ssl-mode' && !(name in FILES));
  if (unknown !== undefined) {
    throw new DatabaseTlsError(
      `has an unknown parameter ${unknown}: there are ssl-mode, ${Object.keys(FILES).join(', ')}`,
    );
  }
  const files = Object.fromEntries(
    Object.entries(FILES).flatMap(([parameter, option]) => {
      const path = parameters.get(parameter);
      return path === null ? [] : [[option, readPem(parameter, path)]];
    }),
  );
  const usual = Object.keys(files).length === 0 ? 'DISABLED' : 'ca' in files ? 'VERIFY_CA' : 'REQUIRED';
  const asked = (parameters.get('ssl-mode') ?? usual).toUpperCase();
  const mode = MODES.find((each) => each === asked);
  if (mode === undefined) {
    throw new DatabaseTlsError(`has an unknown ssl-mode: there are ${MODES.join(', ')}`);
  }
  return mode === 'DISABLED'
    ? undefined
    : { ...files, rejectUnauthorized: mode !== 'REQUIRED', verifyIdentity: mode === 'VERIFY_IDENTITY' };
}

function readPem(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason =
      typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown reason';
    throw new DatabaseTlsError(`names a file as ${parameter} that cannot be read (${reason})`);
  }
}
