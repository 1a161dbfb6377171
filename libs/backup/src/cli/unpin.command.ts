import { Command } from 'nest-commander';
import { required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { BackupIdFlag } from './backup-id-flag.js';
import type { Manual } from './help/manual.js';
import { WithFlags } from './with-flags.js';

interface UnpinOptions extends CommonOptions {
  readonly id?: number;
}

@Command({ name: 'backup:unpin', description: 'Let a pinned backup be deleted again' })
@WithFlags(BackupIdFlag)
export class BackupUnpinCommand extends BackupCommand<UnpinOptions> {
  readonly manual: Manual = {
    usage: '--id=<backup> [options]',
    examples: [['backup:unpin --id=12', 'Retention decides on it from now on.']],
  };

  protected async execute({ id }: UnpinOptions): Promise<CommandResult> {
    const backup = await this.backups.unpin(required(id, '--id', 'backup:unpin --id=12'));
    return { document: backup, text: `Backup ${String(backup.id)} is not pinned: retention decides on it.\n` };
  }
}
