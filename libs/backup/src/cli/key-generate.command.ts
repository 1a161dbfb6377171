import { open, rm, type FileHandle } from 'node:fs/promises';
import { Option, SubCommand } from 'nest-commander';
import { identityFile } from '../encryption/identities.js';
import { BackupError, messageOf } from '../errors/backup.error.js';
import type { GeneratedKey } from '../operations/encryption-keys.js';
import { required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { printable } from '../printable.js';

interface KeyGenerateOptions extends CommonOptions {
  readonly label?: string;
  readonly output?: string;
  readonly postQuantum?: boolean;
}

const EXAMPLE = 'backup:key generate --label=ops --output=identity.txt';

@SubCommand({ name: 'generate', description: 'Make an identity and add its key' })
export class BackupKeyGenerateCommand extends BackupCommand<KeyGenerateOptions> {
  readonly manual: Manual = {
    usage: '--label=<label> [options]',
    description: [
      'The identity opens every backup that is encrypted to the key. It is shown, or written, this once, and kept nowhere.',
    ],
    examples: [
      [
        'backup:key generate --label=ops --output=identity.txt',
        'Write the identity to a new file that only you can read.',
      ],
      ['backup:key generate --label=ops', 'Show it instead.'],
    ],
  };

  protected async execute(options: KeyGenerateOptions): Promise<CommandResult> {
    const label = required(options.label, '--label', EXAMPLE);
    const { output, postQuantum } = options;
    const generate = (): Promise<GeneratedKey> => this.backups.generateKey(label, { postQuantum });
    if (output === undefined) {
      const { key, identity } = await generate();
      const file = identityFile(identity, key.createdAt);
      return {
        document: { ...key, identity: identity.identity },
        text: `${added(key)} What follows opens every backup encrypted to it. It is shown this once and kept nowhere: put it where only you get at it, and a copy somewhere else.\n\n${file}`,
      };
    }
    const { key } = await withNewFile(output, async (file) => {
      const generated = await generate();
      await file.writeFile(identityFile(generated.identity, generated.key.createdAt));
      await file.sync();
      return generated;
    });
    return {
      document: key,
      text: `${added(key)} Its identity is in ${output} and nowhere else: keep a copy of it, since nothing else opens the backups.\n`,
    };
  }

  @Option({ flags: '--label <label>', description: 'what to call the key' })
  parseLabel(text: string): string {
    return text;
  }

  @Option({
    flags: '--output <file>',
    description: 'write the identity to a new file (mode 0600) instead of showing it',
  })
  parseOutput(text: string): string {
    return text;
  }

  @Option({ flags: '--post-quantum', description: 'of the hybrid kind, which age 1.3 and newer know' })
  parsePostQuantum(): boolean {
    return true;
  }
}

function added({ id, label, recipients }: GeneratedKey['key']): string {
  const [recipient] = recipients;
  const shown = recipient.length > 70 ? '' : `: ${recipient}`;
  return `Key ${String(id)} (${printable(label)}) added${shown}.`;
}

/** The file is there, and ours alone, before there is anything to lose. */
async function withNewFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw new BackupError(
      'invalid_option',
      `Cannot make the file ${path} (${messageOf(error).split(',')[0]}): choose another; one that exists is not overwritten.`,
      { cause: error },
    );
  });
  try {
    return await work(file);
  } catch (error) {
    await rm(path);
    throw error;
  } finally {
    await file.close();
  }
}
