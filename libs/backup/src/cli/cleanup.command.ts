import { Command, Option } from 'nest-commander';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { formatBytes } from './format.js';
import { renderTable } from './tables.js';

interface CleanupOptions extends CommonOptions {
  readonly dryRun?: boolean;
}

@Command({
  name: 'backup:cleanup',
  description: 'Delete expired backups and leftovers. Example: backup:cleanup --dry-run',
})
export class BackupCleanupCommand extends BackupCommand<CleanupOptions> {
  protected async execute(options: CleanupOptions, signal: AbortSignal): Promise<CommandResult> {
    if (options.dryRun === true) {
      const plan = await this.backups.planCleanup();
      const rows = [
        ...plan.delete.map((id) => [String(id), 'delete', 'expired']),
        ...plan.keep.map(({ id, reasons }) => [String(id), 'keep', reasons.join(', ')]),
      ];
      return {
        document: plan,
        text: rows.length === 0 ? 'No backups.\n' : renderTable(['ID', 'PLAN', 'WHY'], rows, [0]),
      };
    }
    const result = await this.backups.cleanupExpired({ signal });
    const leftovers = result.swept.length + result.undoSchemas.length;
    return {
      document: result,
      text: `Deleted ${String(result.deleted.length)} expired backups (${formatBytes(result.freedBytes)}) and ${String(leftovers)} leftovers; kept ${String(result.plan.keep.length)} backups.\n`,
    };
  }

  @Option({ flags: '--dry-run', description: 'show what would be deleted and kept, and why' })
  parseDryRun(): boolean {
    return true;
  }
}
