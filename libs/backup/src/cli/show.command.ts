import { Command, Option } from 'nest-commander';
import { parseId, required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { backupDetails } from './tables.js';

interface ShowOptions extends CommonOptions {
  readonly id?: number;
}

@Command({ name: 'backup:show', description: 'Show one backup. Example: backup:show --id=12' })
export class BackupShowCommand extends BackupCommand<ShowOptions> {
  protected async execute(options: ShowOptions): Promise<CommandResult> {
    const backup = await this.backups.getBackup(required(options.id, '--id', 'backup:show --id=12'));
    return { document: backup, text: backupDetails(backup) };
  }

  @Option({ flags: '--id <id>', description: 'the backup' })
  parseId(text: string): number {
    return parseId(text);
  }
}
