import type { BackupDecision, CleanupPreview } from '../operations/cleanup-plan.js';
import { formatBytes, formatNumberOf, formatTime } from '../format.js';
import { printable } from '../printable.js';
import { renderTable, type Cell, type Column } from './terminal/table.js';

const COLUMNS: readonly Column[] = [
  { head: 'ID', align: 'right' },
  { head: 'MADE (UTC)' },
  { head: 'SIZE', align: 'right' },
  { head: 'PLAN' },
  { head: 'WHY', narrow: 'wrap' },
];

/** Every backup with what a cleanup would do with it, by schedule and type, and what else there is to say. */
export function cleanupPreview(plan: CleanupPreview, width?: number): string {
  const groups = Map.groupBy(plan.backups, headingOf);
  const tables = [...groups].map(
    ([heading, backups]) => `${heading}\n${renderTable(COLUMNS, backups.map(cells), width)}\n`,
  );
  return [...tables, ...totals(plan)].join('');
}

function headingOf({ scheduleId, backupType, partial }: BackupDecision): string {
  const origin = scheduleId === null ? 'Made by hand' : `Schedule ${String(scheduleId)}`;
  return `${origin}, ${backupType}${partial ? ', partial' : ''}:`;
}

function cells({ id, createdAt, fileSize, decision, reasons }: BackupDecision): Cell[] {
  return [String(id), formatTime(createdAt), formatBytes(fileSize), planCell(decision), reasons.join(', ')];
}

function planCell(decision: BackupDecision['decision']): Cell {
  return decision === 'delete' ? { text: decision, style: 'red' } : decision;
}

function totals(plan: CleanupPreview): string[] {
  const { backups, delete: ids, freedBytes, maxDelete, unfinishedSets, unknownSets } = plan;
  return [
    backups.length === 0
      ? 'No backups.\n'
      : `To delete: ${String(ids.length)} of ${formatNumberOf(backups.length, 'backup')} (${formatBytes(freedBytes)}).\n`,
    ...unfinishedSets.map((name) => `To sweep, since it was never finished: ${printable(name)}\n`),
    ...unknownSets.map((name) => `Not in the catalog, see backup:import: ${printable(name)}\n`),
    ids.length > maxDelete
      ? `More than ${String(maxDelete)} at once: nothing is deleted without --max-delete=${String(ids.length)}.\n`
      : '',
  ];
}
