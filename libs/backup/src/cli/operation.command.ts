import { Command } from 'nest-commander';
import { BackupError } from '../errors/backup.error.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { BackupOperationCancelCommand } from './operation-cancel.command.js';
import { BackupOperationChangeCommand } from './operation-change.command.js';
import { BackupOperationConfirmCommand } from './operation-confirm.command.js';
import { BackupOperationListCommand } from './operation-list.command.js';
import { BackupOperationPrepareCommand } from './operation-prepare.command.js';
import { BackupOperationShowCommand } from './operation-show.command.js';

@Command({
  name: 'backup:operation',
  description: 'List, show or cancel operations, or prepare, change and confirm them',
  subCommands: [
    BackupOperationListCommand,
    BackupOperationShowCommand,
    BackupOperationPrepareCommand,
    BackupOperationChangeCommand,
    BackupOperationConfirmCommand,
    BackupOperationCancelCommand,
  ],
})
export class BackupOperationCommand extends BackupCommand<CommonOptions> {
  readonly manual: Manual = {
    usage: '<command> [options]',
    examples: [['backup:operation list', 'List what runs, waits and ran.']],
  };

  protected execute(): Promise<CommandResult> {
    throw new BackupError(
      'invalid_option',
      'Say what to do with operations: backup:operation list, show, prepare, change, confirm or cancel; backup:operation --help shows more.',
    );
  }
}
