import { Command, Option } from 'nest-commander';
import { parseId, required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';

interface UnpinOptions extends CommonOptions {
  readonly id?: number;
}

@Command({ name: 'backup:unpin', description: 'Let a pinned backup be deleted again. Example: backup:unpin --id=12' })
export class BackupUnpinCommand extends BackupCommand<UnpinOptions> {
  protected async execute({ id }: UnpinOptions): Promise<CommandResult> {
    const backup = await this.backups.unpin(required(id, '--id', 'backup:unpin --id=12'));
    return { document: backup, text: `Backup ${String(backup.id)} is not pinned: retention decides on it.\n` };
  }

  @Option({ flags: '--id <id>', description: 'the backup' })
  parseId(text: string): number {
    return parseId(text);
  }
}
