import Table from 'cli-table3';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { formatBytes, formatDuration, formatTime } from '../format.js';

/**
 * A table without lines between its rows, headings in plain text.
 *
 * @param alignRight indexes of columns of numbers
 * @param lineWidth wraps the last column so that lines are no longer than that
 */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  alignRight: readonly number[] = [],
  lineWidth?: number,
): string {
  const table = new Table({
    head: [...head],
    ...(lineWidth === undefined ? {} : { colWidths: wrappedWidths([head, ...rows], lineWidth), wordWrap: true }),
    colAligns: head.map((_, index) => (alignRight.includes(index) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: NO_LINES,
  });
  table.push(...rows.map((row) => [...row]));
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** What columns need, with the two spaces after each, and what is left for the last. */
function wrappedWidths(rows: readonly (readonly string[])[], lineWidth: number): number[] {
  const widths = rows[0].slice(0, -1).map((_, index) => Math.max(...rows.map((row) => row[index].length)) + 2);
  return [...widths, lineWidth + 2 - widths.reduce((sum, width) => sum + width, 0)];
}

/** Names and values, one pair a line. */
export function renderPairs(pairs: readonly (readonly [string, string])[]): string {
  const shown = pairs.filter(([, value]) => value !== '');
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}

/** @param width of the terminal: set names are left out where they do not fit, since backup:show has them */
export function backupTable(backups: readonly BackupHistory[], width = process.stdout.columns): string {
  if (backups.length === 0) {
    return 'No backups.\n';
  }
  const withNames = backupColumns(backups, true);
  const isTooWide = withNames.split('\n').some((line) => line.length > width);
  return isTooWide ? backupColumns(backups, false) : withNames;
}

function backupColumns(backups: readonly BackupHistory[], withNames: boolean): string {
  return renderTable(
    [
      'ID',
      'STARTED (UTC)',
      'TYPE',
      'STATUS',
      'SIZE',
      'OF',
      'TOOK',
      'VERIFIED',
      'ENCRYPTED',
      ...(withNames ? ['NAME'] : []),
    ],
    backups.map((backup) => [
      String(backup.id),
      formatTime(backup.startedAt),
      typeText(backup),
      backup.status,
      backup.status === 'completed' ? formatBytes(backup.fileSize) : '',
      backup.logicalSize === null ? '' : formatBytes(backup.logicalSize),
      backup.durationSeconds === null ? '' : formatDuration(backup.durationSeconds),
      backup.verified ? 'yes' : 'no',
      backup.encryption ? 'yes' : 'no',
      ...(withNames ? [backup.backupName] : []),
    ]),
    [0, 4, 5, 6],
  );
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
    ['status', backup.status],
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

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
} as const;
