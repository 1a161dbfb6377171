import { Command } from 'nest-commander';
import { formatBytes } from '../format.js';
import { required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { BackupIdFlag } from './backup-id-flag.js';
import { ConfirmationFlag } from './confirmation-flag.js';
import { confirm } from './confirmation.js';
import type { Manual } from './help/manual.js';
import { WithFlags } from './with-flags.js';

interface DeleteOptions extends CommonOptions {
  readonly id?: number;
  readonly yes?: boolean;
}

@Command({ name: 'backup:delete', description: 'Delete a backup from storage' })
@WithFlags(BackupIdFlag, ConfirmationFlag)
export class BackupDeleteCommand extends BackupCommand<DeleteOptions> {
  readonly manual: Manual = {
    usage: '--id=<backup> [options]',
    description: [
      'Asks first, unless --yes is given. Backups that are pinned, and those that others build on, are not deleted.',
    ],
    examples: [
      ['backup:delete --id=12', 'Delete a backup after asking.'],
      ['backup:delete --id=12 --yes', 'Delete it without asking.'],
    ],
  };

  protected async execute(options: DeleteOptions, signal: AbortSignal): Promise<CommandResult> {
    const id = required(options.id, '--id', 'backup:delete --id=12 --yes');
    const { backupName, fileSize } = await this.backups.checkDeletion(id);
    const question = `This deletes backup ${String(id)} (${backupName}, ${formatBytes(fileSize)}) for good.`;
    await confirm(question, options.yes ?? false, signal);
    const backup = await this.backups.deleteBackup(id);
    return { document: backup, text: `Backup ${String(id)} (${backupName}) was deleted.\n` };
  }
}
