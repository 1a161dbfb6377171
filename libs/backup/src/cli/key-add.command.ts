import { Option, SubCommand } from 'nest-commander';
import { collect, required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { printable } from '../printable.js';

interface KeyAddOptions extends CommonOptions {
  readonly recipient?: string[];
  readonly label?: string;
}

const EXAMPLE = 'backup:key add --recipient=age1... --label=ops';

@SubCommand({ name: 'add', description: 'Add age public keys as a key for backups' })
export class BackupKeyAddCommand extends BackupCommand<KeyAddOptions> {
  readonly manual: Manual = {
    usage: '--label=<label> --recipient=<recipient> [options]',
    description: ['Only public keys are stored. With several recipients, the identity of each opens the backups.'],
    examples: [[EXAMPLE, 'Add a public key that age-keygen has printed.']],
  };

  protected async execute(options: KeyAddOptions): Promise<CommandResult> {
    const label = required(options.label, '--label', EXAMPLE);
    const recipients = required(options.recipient, '--recipient', EXAMPLE);
    const key = await this.backups.addKey({ label, recipients });
    return {
      document: key,
      text: `Key ${String(key.id)} (${printable(key.label)}) added. Encrypt to it with backup:create --key=${String(key.id)}.\n`,
    };
  }

  @Option({ flags: '--label <label>', description: 'what to call it' })
  parseLabel(text: string): string {
    return text;
  }

  @Option({
    flags: '--recipient <recipient>',
    description: 'an age public key: age1... or age1pq1...; may be given several times, each identity then opens',
  })
  parseRecipient(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }
}
