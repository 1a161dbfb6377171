import { Command } from 'nest-commander';
import type { BackupStats } from '../catalog/repositories/backup-history.repository.js';
import { formatBytes, formatCount, formatTime } from '../format.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { renderTable } from './tables.js';

@Command({
  name: 'backup:stats',
  description: 'Show how many backups there are, and what they take. Example: backup:stats --json',
})
export class BackupStatsCommand extends BackupCommand<CommonOptions> {
  protected async execute(): Promise<CommandResult> {
    const stats = await this.backups.getBackupStats();
    const storageUsed = await this.backups.calculateStorageUsed();
    return { document: { ...stats, storageUsed }, text: statsText(stats, storageUsed) };
  }
}

function statsText({ totals, newestCompleted }: BackupStats, storageUsed: number): string {
  if (totals.length === 0) {
    return 'No backups.\n';
  }
  const rows = totals.map(({ type, status, count, bytes }) => [
    type,
    status,
    formatCount(count),
    status === 'completed' ? formatBytes(bytes) : '',
  ]);
  const newest =
    newestCompleted === null
      ? 'none is complete'
      : `the newest is backup ${String(newestCompleted.id)} of ${formatTime(newestCompleted.createdAt)} UTC`;
  return `${renderTable(['TYPE', 'STATUS', 'BACKUPS', 'SIZE'], rows, [2, 3])}${formatBytes(storageUsed)} in storage; ${newest}.\n`;
}
