import type { FilePreview } from '../files/restore/restore-roots.js';
import { formatCount, formatNumberOf } from '../format.js';
import { printable } from '../printable.js';
import { renderTable, type Column } from './terminal/table.js';

/** What a restore would do with files, a root a line; empty where there are none. */
export function filePreviewText(files: readonly FilePreview[], isExact: boolean): string {
  if (files.length === 0) {
    return '';
  }
  const table = renderTable(
    columns(isExact),
    files.map((root) => [
      root.root,
      formatCount(root.added),
      formatCount(root.changed),
      formatCount(root.unchanged),
      formatCount(root.left),
      root.target,
    ]),
  );
  const conflicts = files.flatMap(({ root, conflicts: paths }) =>
    paths.map((path) => `  ${root}: ${printable(path)}\n`),
  );
  return conflicts.length === 0
    ? table
    : `${table}A folder in the backup and none there, or the other way round; only --exact moves that aside:\n${conflicts.join('')}`;
}

function columns(isExact: boolean): readonly Column[] {
  return [
    { head: 'FILES', narrow: 'wrap' },
    { head: 'ADDED', align: 'right' },
    { head: 'CHANGED', align: 'right' },
    { head: 'UNCHANGED', align: 'right' },
    { head: isExact ? 'OTHERS' : 'LEFT', align: 'right' },
    { head: 'TO', narrow: 'wrap' },
  ];
}

/** `3 files of uploads are added and 2 replaced`. */
export function filesSentence({ root, added, changed }: FilePreview): string {
  if (added === 0 && changed === 0) {
    return `No file of ${root} differs from the backup`;
  }
  return `${formatNumberOf(added, 'file')} of ${root} ${added === 1 ? 'is' : 'are'} added and ${formatCount(changed)} replaced`;
}
