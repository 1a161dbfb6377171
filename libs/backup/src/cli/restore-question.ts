import type { BackupService } from '../backup.service.js';
import type { RestorePreview, TablePreview } from '../database/restore/preview.js';
import { doesNotCarryOver } from '../database/restore/restore.errors.js';
import { formatList, formatNumberOf } from '../format.js';
import type { RestoreOptions } from '../operations/restore-options.js';
import { noticesText } from './compatibility-text.js';
import { confirm } from './confirmation.js';
import { filesSentence } from './file-preview.js';
import { printable } from '../printable.js';

/** Names of one kind in a question; more are counted. */
const NAMED = 8;

/**
 * Names what a restore will change, and goes on when somebody says yes. What would refuse the restore is looked for first.
 *
 * @throws BackupError `not_confirmed`, `cancelled`, and as the restore does
 */
export async function askAboutRestore(
  backups: BackupService,
  backupId: number,
  options: RestoreOptions,
  isConfirmed: boolean,
  signal: AbortSignal,
): Promise<RestorePreview> {
  const preview = await backups.previewRestore(backupId, options);
  if (preview.compatibility.incompatible.length > 0) {
    // nobody should say yes to what cannot be done
    throw doesNotCarryOver(preview.set, preview.compatibility);
  }
  if (!isConfirmed) {
    await backups.checkRestore(backupId, { ...options, signal });
  }
  const question = `${restoreQuestion(preview, options)}${partsText(preview)}${noticesText(preview)}`;
  await confirm(question, isConfirmed, signal);
  return preview;
}

/** What comes back only in part: a sentence, or nothing. */
export function partsText({ tables }: RestorePreview): string {
  const parts = tables.flatMap(({ database, table, part }) =>
    part === null ? [] : [`${part} of ${database}.${table}`],
  );
  return parts.length === 0 ? '' : ` The backup holds ${printable(parts.join(', '))}.`;
}

/** What a restore will change, for whoever has to say yes to it: sentences. */
export function restoreQuestion(
  preview: RestorePreview,
  { exact = false, inPlace = false }: { readonly exact?: boolean; readonly inPlace?: boolean },
): string {
  const { tables, objects, files, set } = preview;
  const restored = tables.filter(({ rowsAfter }) => rowsAfter !== null);
  const replaced = restored.filter(({ rowsNow }) => rowsNow !== null);
  const added = restored.filter(({ rowsNow }) => rowsNow === null);
  return [
    ...(replaced.length === 0 ? [] : [`This replaces ${namedTables(replaced)} with those of ${set}`]),
    ...(added.length === 0 ? [] : [`This adds ${namedTables(added)} of ${set}`]),
    ...(inPlace && restored.length > 0
      ? ['Live tables are written to, which cannot be undone but by the safety backup']
      : []),
    ...(objects.length === 0
      ? []
      : [
          `Made again: ${formatList(
            objects.map(({ kind, name }) => `${kind} ${name}`),
            NAMED,
          )}`,
        ]),
    ...files.map(filesSentence),
    ...(exact ? ['Files that are not in the backup are moved aside'] : []),
  ]
    .map((sentence) => `${printable(sentence)}.`)
    .join(' ');
}

/** `2 tables of shop (orders, prices)` */
function namedTables(tables: readonly TablePreview[]): string {
  const databases = [...new Set(tables.map(({ database }) => database))];
  const names = tables.map(({ database, table }) => (databases.length === 1 ? table : `${database}.${table}`));
  return `${formatNumberOf(tables.length, 'table')} of ${databases.join(', ')} (${formatList(names, NAMED)})`;
}
