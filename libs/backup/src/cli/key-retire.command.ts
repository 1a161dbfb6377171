import { Option, SubCommand } from 'nest-commander';
import { formatNumberOf } from '../format.js';
import { required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { printable } from '../printable.js';

interface KeyRetireOptions extends CommonOptions {
  readonly key?: string;
}

const EXAMPLE = 'backup:key retire --key=ops';

@SubCommand({ name: 'retire', description: 'Let a key take no new backups' })
export class BackupKeyRetireCommand extends BackupCommand<KeyRetireOptions> {
  readonly manual: Manual = {
    usage: '--key=<key> [options]',
    description: ['The backups that are encrypted to it stay as they are, and need its identity still.'],
    examples: [['backup:key retire --key=ops', 'Retire the key with this label.']],
  };

  protected async execute(options: KeyRetireOptions): Promise<CommandResult> {
    const key = await this.backups.retireKey(required(options.key, '--key', EXAMPLE));
    const name = `Key ${String(key.id)} (${printable(key.label)})`;
    const kept =
      key.backups === 0
        ? 'No backup is encrypted to it.'
        : `It is needed for ${formatNumberOf(key.backups, 'backup')} still: keep its identity, or give them another key with backup:key rotate --from=${String(key.id)}.`;
    return { document: key, text: `${name} is retired. ${kept}\n` };
  }

  @Option({ flags: '--key <key>', description: 'id or label of the key' })
  parseKey(text: string): string {
    return text;
  }
}
