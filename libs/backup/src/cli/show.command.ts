import { Command, Option } from 'nest-commander';
import type { EncryptionKey } from '../operations/encryption-keys.js';
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
    const key = await this.keyOf(backup.encryptionKeyId);
    return { document: backup, text: backupDetails(backup, key?.label ?? null) };
  }

  private async keyOf(id: number | null): Promise<EncryptionKey | undefined> {
    return id === null ? undefined : (await this.backups.listKeys()).find((key) => key.id === id);
  }

  @Option({ flags: '--id <id>', description: 'the backup' })
  parseId(text: string): number {
    return parseId(text);
  }
}
