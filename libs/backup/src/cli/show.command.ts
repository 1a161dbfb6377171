import { Command } from 'nest-commander';
import type { EncryptionKey } from '../operations/encryption-keys.js';
import { required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { BackupIdFlag } from './backup-id-flag.js';
import { backupDetails } from './backup-text.js';
import type { Manual } from './help/manual.js';
import { WithFlags } from './with-flags.js';

interface ShowOptions extends CommonOptions {
  readonly id?: number;
}

@Command({ name: 'backup:show', description: 'Show one backup' })
@WithFlags(BackupIdFlag)
export class BackupShowCommand extends BackupCommand<ShowOptions> {
  readonly manual: Manual = {
    usage: '--id=<backup> [options]',
    examples: [['backup:show --id=12', 'Show all there is about a backup.']],
  };

  protected async execute(options: ShowOptions): Promise<CommandResult> {
    const backup = await this.backups.getBackup(required(options.id, '--id', 'backup:show --id=12'));
    const key = await this.keyOf(backup.encryptionKeyId);
    return { document: backup, text: backupDetails(backup, key?.label ?? null) };
  }

  private async keyOf(id: number | null): Promise<EncryptionKey | undefined> {
    return id === null ? undefined : (await this.backups.listKeys()).find((key) => key.id === id);
  }
}
