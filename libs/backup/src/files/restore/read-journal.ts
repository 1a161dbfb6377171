import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { joinPaths, toBytes, toText } from '../byte-path.js';
import { jsonBytes } from '../json-bytes.js';
import { isGone } from '../scan-root.js';
import { journalUnreadable } from './file-restore.errors.js';
import type { UndoFolder } from './undo-journal.js';

/** What a thing was before: permissions, owner, time. */
const lineSchema = z.discriminatedUnion('did', [
  /** There was nothing at the path. */
  z.strictObject({ did: z.literal('added'), path: jsonBytes, temporary: jsonBytes.optional() }),
  /** What was there is kept. */
  z.strictObject({ did: z.literal('kept'), path: jsonBytes, temporary: jsonBytes.optional() }),
  z.strictObject({
    did: z.literal('touched'),
    path: jsonBytes,
    mode: z.int(),
    uid: z.int(),
    gid: z.int(),
    mtime: z.string().regex(/^-?\d+$/),
  }),
]);

export type JournalLine = z.infer<typeof lineSchema>;

/** Everything that a restore did or was about to do. @throws BackupError `undo_impossible` */
export function readJournal({ path }: UndoFolder): JournalLine[] {
  try {
    return readdirSync(toBytes(path))
      .filter((name) => name.startsWith('journal-'))
      .sort()
      .flatMap((name) =>
        readFileSync(toBytes(joinPaths(path, name)), 'utf8')
          .split('\n')
          .slice(0, -1),
      )
      .map((line) => lineSchema.parse(JSON.parse(line)));
  } catch (error) {
    if (isGone(error)) {
      return [];
    }
    throw journalUnreadable(toText(path), error);
  }
}
