import { Command } from 'nest-commander';
import type { BackupStats } from '../catalog/repositories/backup-history.repository.js';
import { formatBytes, formatCount, formatTime } from '../format.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { renderTable, type Column } from './terminal/table.js';

const COLUMNS: readonly Column[] = [
  { head: 'TYPE' },
  { head: 'STATUS' },
  { head: 'BACKUPS', align: 'right' },
  { head: 'SIZE', align: 'right' },
];

@Command({
  name: 'backup:stats',
  description: 'Show how many backups there are, and what they take',
})
export class BackupStatsCommand extends BackupCommand<CommonOptions> {
  readonly manual: Manual = {
    examples: [['backup:stats', 'Count backups by type and status.']],
  };

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
  return `${renderTable(COLUMNS, rows)}${formatBytes(storageUsed)} in storage; ${newest}.\n`;
}
