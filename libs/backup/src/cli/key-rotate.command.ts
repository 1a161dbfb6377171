import { Option, SubCommand } from 'nest-commander';
import { required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { unlocking, UnlockingFlags, type UnlockingOptions } from './unlocking-flags.js';
import { WithFlags } from './with-flags.js';

interface KeyRotateOptions extends CommonOptions, UnlockingOptions {
  readonly from?: string;
  readonly to?: string;
}

const EXAMPLE = 'backup:key rotate --from=ops --to=ops-2027 --identity=identity.txt';

@SubCommand({ name: 'rotate', description: 'Encrypt the backups of one key to another' })
@WithFlags(UnlockingFlags)
export class BackupKeyRotateCommand extends BackupCommand<KeyRotateOptions> {
  readonly manual: Manual = {
    usage: '--from=<key> --to=<key> [options]',
    description: [
      'Rewrites the small file of each backup that holds its own key, and no data. May be cut off, and run again. The identity of the old key is needed.',
    ],
    examples: [
      [
        'backup:key rotate --from=ops --to=ops-2027 --identity=identity.txt',
        'Give the backups of one key another one.',
      ],
    ],
  };

  protected async execute(options: KeyRotateOptions, signal: AbortSignal): Promise<CommandResult> {
    const from = required(options.from, '--from', EXAMPLE);
    const to = required(options.to, '--to', EXAMPLE);
    const result = await this.backups.rotateKey({ from, to, signal, ...(await unlocking(options, signal)) });
    const count = result.rotated.length;
    return {
      document: result,
      text:
        count === 0
          ? `No backup is encrypted to key ${from}.\n`
          : `${String(count)} ${count === 1 ? 'backup is' : 'backups are'} encrypted to key ${to} now. New ones still go where --key and the options say; backup:key retire --key=${from} ends that.\n`,
    };
  }

  @Option({ flags: '--from <key>', description: 'id or label of the key that the backups have' })
  parseFrom(text: string): string {
    return text;
  }

  @Option({ flags: '--to <key>', description: 'id or label of the key that they get' })
  parseTo(text: string): string {
    return text;
  }
}
