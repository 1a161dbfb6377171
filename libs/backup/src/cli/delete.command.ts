import { Command, Option } from 'nest-commander';
import { parseId, required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { confirm } from './confirmation.js';
import { formatBytes } from '../format.js';

interface DeleteOptions extends CommonOptions {
  readonly id?: number;
  readonly yes?: boolean;
}

@Command({ name: 'backup:delete', description: 'Delete a backup from storage. Example: backup:delete --id=12 --yes' })
export class BackupDeleteCommand extends BackupCommand<DeleteOptions> {
  protected async execute(options: DeleteOptions, signal: AbortSignal): Promise<CommandResult> {
    const id = required(options.id, '--id', 'backup:delete --id=12 --yes');
    const { backupName, fileSize } = await this.backups.getBackup(id);
    const question = `This deletes backup ${String(id)} (${backupName}, ${formatBytes(fileSize)}) for good.`;
    await confirm(question, options.yes ?? false, signal);
    const backup = await this.backups.deleteBackup(id);
    return { document: backup, text: `Backup ${String(id)} (${backupName}) was deleted.\n` };
  }

  @Option({ flags: '--id <id>', description: 'the backup' })
  parseId(text: string): number {
    return parseId(text);
  }

  @Option({ flags: '--yes', description: 'do not ask' })
  parseYes(): boolean {
    return true;
  }
}
