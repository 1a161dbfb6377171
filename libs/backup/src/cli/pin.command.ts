import { Command, Option } from 'nest-commander';
import { parseId, required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';

interface PinOptions extends CommonOptions {
  readonly id?: number;
  readonly reason?: string;
}

@Command({
  name: 'backup:pin',
  description: 'Keep a backup until it is unpinned. Example: backup:pin --id=12 --reason="before the upgrade"',
})
export class BackupPinCommand extends BackupCommand<PinOptions> {
  protected async execute({ id, reason }: PinOptions): Promise<CommandResult> {
    const backup = await this.backups.pin(required(id, '--id', 'backup:pin --id=12'), reason);
    const why = backup.pinnedReason === null ? '' : ` (${backup.pinnedReason})`;
    return {
      document: backup,
      text: `Backup ${String(backup.id)} is pinned${why}: it stays until backup:unpin --id=${String(backup.id)}.\n`,
    };
  }

  @Option({ flags: '--id <id>', description: 'the backup' })
  parseId(text: string): number {
    return parseId(text);
  }

  @Option({ flags: '--reason <text>', description: 'why, for whoever wants to delete it' })
  parseReason(text: string): string {
    return text;
  }
}
