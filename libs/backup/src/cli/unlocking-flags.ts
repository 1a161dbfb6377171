import { resolve } from 'node:path';
import { Option } from 'nest-commander';
import type { UnlockOptions } from '../operations/set-locks.js';
import { obtainPassphrase } from './passphrase.js';

export interface UnlockingOptions {
  readonly identity?: string;
  readonly passphrase?: boolean;
}

/** For commands that read encrypted backups. */
export class UnlockingFlags {
  @Option({
    flags: '--identity <file>',
    description: "file with the identity that opens an encrypted backup (default: the application's)",
  })
  parseIdentity(text: string): string {
    // what is prepared may be carried out by a process in another folder
    return resolve(text);
  }

  @Option({ flags: '--passphrase', description: 'ask for the passphrase of an encrypted backup' })
  parsePassphrase(): boolean {
    return true;
  }
}

/** What opens encrypted backups, as the command line says. */
export async function unlocking(
  { identity, passphrase }: UnlockingOptions,
  signal: AbortSignal,
): Promise<UnlockOptions> {
  return {
    identityFile: identity,
    passphrase: passphrase === true ? await obtainPassphrase(false, signal) : undefined,
  };
}
