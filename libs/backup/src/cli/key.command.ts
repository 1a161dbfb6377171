import { Command } from 'nest-commander';
import { BackupError } from '../errors/backup.error.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { BackupKeyAddCommand } from './key-add.command.js';
import { BackupKeyGenerateCommand } from './key-generate.command.js';
import { BackupKeyListCommand } from './key-list.command.js';
import { BackupKeyRetireCommand } from './key-retire.command.js';
import { BackupKeyRotateCommand } from './key-rotate.command.js';

@Command({
  name: 'backup:key',
  description: 'Add, generate, list, rotate or retire the keys that backups are encrypted to',
  subCommands: [
    BackupKeyAddCommand,
    BackupKeyGenerateCommand,
    BackupKeyListCommand,
    BackupKeyRotateCommand,
    BackupKeyRetireCommand,
  ],
})
export class BackupKeyCommand extends BackupCommand<CommonOptions> {
  readonly manual: Manual = {
    usage: '<command> [options]',
    examples: [
      ['backup:key generate --label=ops --output=identity.txt', 'Make an identity, and add its key.'],
      ['backup:key list', 'List the keys.'],
    ],
  };

  protected execute(): Promise<CommandResult> {
    throw new BackupError(
      'invalid_option',
      'Say what to do with keys: backup:key add, generate, list, rotate or retire; backup:key --help shows more.',
    );
  }
}
