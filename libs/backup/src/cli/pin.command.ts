import { Command, Option } from 'nest-commander';
import { required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { BackupIdFlag } from './backup-id-flag.js';
import type { Manual } from './help/manual.js';
import { printable } from '../printable.js';
import { WithFlags } from './with-flags.js';

interface PinOptions extends CommonOptions {
  readonly id?: number;
  readonly reason?: string;
}

@Command({
  name: 'backup:pin',
  description: 'Keep a backup until it is unpinned',
})
@WithFlags(BackupIdFlag)
export class BackupPinCommand extends BackupCommand<PinOptions> {
  readonly manual: Manual = {
    usage: '--id=<backup> [options]',
    examples: [["backup:pin --id=12 --reason='before the upgrade'", 'Neither a cleanup nor backup:delete deletes it.']],
  };

  protected async execute({ id, reason }: PinOptions): Promise<CommandResult> {
    const backup = await this.backups.pin(required(id, '--id', 'backup:pin --id=12'), reason);
    const why = backup.pinnedReason === null ? '' : ` (${printable(backup.pinnedReason)})`;
    return {
      document: backup,
      text: `Backup ${String(backup.id)} is pinned${why}: it stays until backup:unpin --id=${String(backup.id)}.\n`,
    };
  }

  @Option({ flags: '--reason <text>', description: 'why, for whoever wants to delete it' })
  parseReason(text: string): string {
    return text;
  }
}
