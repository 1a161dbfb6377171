import type { BackupStatus } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { formatBytes, formatDuration, formatTime } from '../format.js';
import { printable } from '../printable.js';
import type { Style } from './terminal/screen.js';
import { renderPairs, renderTable, type Cell, type Column } from './terminal/table.js';

const COLUMNS: readonly Column[] = [
  { head: 'ID', align: 'right' },
  { head: 'STARTED (UTC)' },
  { head: 'TYPE', narrow: 'wrap' },
  { head: 'STATUS' },
  { head: 'SIZE', align: 'right' },
  { head: 'OF', align: 'right', narrow: 'drop' },
  { head: 'TOOK', align: 'right', narrow: 'drop' },
  { head: 'VERIFIED' },
  { head: 'ENCRYPTED', narrow: 'drop' },
  { head: 'NAME', narrow: 'drop' },
];

const STATUS_STYLES: Readonly<Record<BackupStatus, Style>> = {
  pending: 'yellow',
  running: 'yellow',
  completed: 'green',
  failed: 'red',
  deleted: 'dim',
};

/** @param width of the lines: what does not fit is left out, since backup:show has it */
export function backupTable(backups: readonly BackupHistory[], width?: number): string {
  if (backups.length === 0) {
    return 'No backups.\n';
  }
  return `${renderTable(COLUMNS, backups.map(cells), width)}${backups.map(failureLine).join('')}`;
}

/** Why it failed: too long for a column. */
function failureLine({ id, errorMessage }: BackupHistory): string {
  return errorMessage === null ? '' : `Backup ${String(id)} failed: ${printable(errorMessage)}\n`;
}

function cells(backup: BackupHistory): Cell[] {
  return [
    String(backup.id),
    formatTime(backup.startedAt),
    typeText(backup),
    statusCell(backup),
    backup.status === 'completed' ? formatBytes(backup.fileSize) : '',
    backup.logicalSize === null ? '' : formatBytes(backup.logicalSize),
    backup.durationSeconds === null ? '' : formatDuration(backup.durationSeconds),
    backup.verified ? 'yes' : 'no',
    backup.encryption ? 'yes' : 'no',
    backup.backupName,
  ];
}

function statusCell({ status }: BackupHistory): Cell {
  return { text: status, style: STATUS_STYLES[status] };
}

function typeText({ backupType, parentId, partial }: BackupHistory): string {
  const type = parentId === null ? backupType : `${backupType} on ${String(parentId)}`;
  return partial === null ? type : `${type} (partial)`;
}

/** @param key label of the key it is encrypted to, where it is and has one */
export function backupDetails(backup: BackupHistory, key: string | null): string {
  return renderPairs([
    ['id', String(backup.id)],
    ['name', backup.backupName],
    ['type', backup.backupType],
    ['builds on', backup.parentId === null ? '' : `backup ${String(backup.parentId)}`],
    ['status', statusCell(backup)],
    ['error', backup.errorMessage ?? ''],
    ['storage', backup.storage ?? ''],
    ['size', formatBytes(backup.fileSize)],
    ['of', backup.logicalSize === null ? '' : formatBytes(backup.logicalSize)],
    ['started (UTC)', formatTime(backup.startedAt)],
    ['completed (UTC)', formatTime(backup.completedAt)],
    ['took', backup.durationSeconds === null ? '' : formatDuration(backup.durationSeconds)],
    ['commits held back', backup.lockMilliseconds === null ? '' : `${String(backup.lockMilliseconds)} ms`],
    ['compression', backup.compression ?? ''],
    ['encrypted', encryptedTo(backup, key)],
    ['verified', backup.verified ? `yes, ${formatTime(backup.verifiedAt)}` : 'no'],
    [
      'drill',
      backup.drilledAt === null
        ? ''
        : `restored in ${formatDuration(backup.drillSeconds ?? 0)}, ${formatTime(backup.drilledAt)}`,
    ],
    ['kept until', backup.expiresAt ?? 'for ever'],
    ['pinned', backup.pinned ? (backup.pinnedReason ?? 'yes') : ''],
    ['notes', backup.notes ?? ''],
    ['checksum', backup.checksum ?? ''],
    ['tables', (backup.tablesIncluded ?? []).join(', ')],
    ['files', (backup.filesIncluded ?? []).join(', ')],
    ...(backup.partial ?? []).map((part, index) => [index === 0 ? 'partial' : '', part] as const),
  ]);
}

function encryptedTo({ encryption, encryptionKeyId }: BackupHistory, key: string | null): string {
  if (!encryption) {
    return 'no';
  }
  return encryptionKeyId === null ? 'yes' : `to key ${String(encryptionKeyId)} (${key ?? 'unknown'})`;
}
