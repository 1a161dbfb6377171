import { Option } from 'nest-commander';
import type { UnlockOptions } from '../operations/set-locks.js';
import { BackupCommand, type CommonOptions } from './backup-command.js';
import { LoadCommand, type LoadCommandOptions } from './load-command.js';
import { obtainPassphrase } from './passphrase.js';

interface UnlockFlags {
  readonly identity?: string;
  readonly passphrase?: boolean;
}

export interface UnlockingOptions extends CommonOptions, UnlockFlags {}

export interface UnlockingLoadOptions extends LoadCommandOptions, UnlockFlags {}

const IDENTITY = {
  flags: '--identity <file>',
  description: "file with the identity that opens an encrypted backup (default: the application's)",
} as const;

const PASSPHRASE = { flags: '--passphrase', description: 'ask for the passphrase of an encrypted backup' } as const;

/** What opens encrypted backups, as the command line says. */
export async function unlocking({ identity, passphrase }: UnlockFlags, signal: AbortSignal): Promise<UnlockOptions> {
  return {
    identityFile: identity,
    passphrase: passphrase === true ? await obtainPassphrase(false, signal) : undefined,
  };
}

/** What commands share that read encrypted backups. */
export abstract class UnlockingCommand<Options extends UnlockingOptions> extends BackupCommand<Options> {
  @Option(IDENTITY)
  parseIdentity(text: string): string {
    return text;
  }

  @Option(PASSPHRASE)
  parsePassphrase(): boolean {
    return true;
  }
}

/** The same for those that read all of a backup. */
export abstract class UnlockingLoadCommand<Options extends UnlockingLoadOptions> extends LoadCommand<Options> {
  @Option(IDENTITY)
  parseIdentity(text: string): string {
    return text;
  }

  @Option(PASSPHRASE)
  parsePassphrase(): boolean {
    return true;
  }
}
