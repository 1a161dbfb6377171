import { closeSync, constants, openSync, readdirSync, readSync } from 'node:fs';
import { z } from 'zod';
import { joinPaths, toBytes, toText, type BytePath } from '../byte-path.js';
import { jsonBytes } from '../json-bytes.js';
import { LineSplitter } from '../line-splitter.js';
import { isGone } from '../scan-root.js';
import { journalUnreadable } from './file-restore.errors.js';
import type { UndoFolder } from './undo-journal.js';

/** What a thing was before: permissions, owner, time. */
const lineSchema = z.discriminatedUnion('did', [
  /** There was nothing at the path; without a temporary name it is a folder. */
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

const CHUNK = 64 * 1024;

/** Everything that a restore did or was about to do, a line at a time. @throws BackupError `undo_impossible` */
export function* readJournal({ path }: UndoFolder): Generator<JournalLine> {
  try {
    for (const name of journalsIn(path)) {
      for (const line of linesOf(toBytes(joinPaths(path, name)))) {
        yield lineSchema.parse(JSON.parse(line));
      }
    }
  } catch (error) {
    throw journalUnreadable(toText(path), error);
  }
}

function journalsIn(folder: BytePath): string[] {
  try {
    return readdirSync(toBytes(folder))
      .filter((name) => name.startsWith('journal-'))
      .sort();
  } catch (error) {
    if (isGone(error)) {
      return [];
    }
    throw error;
  }
}

/** Without the last line, if the process died while it wrote that: nothing was done yet of what it says. */
function* linesOf(path: Buffer): Generator<string> {
  const descriptor = openSync(path, constants.O_RDONLY);
  try {
    const lines = new LineSplitter();
    const chunk = Buffer.alloc(CHUNK);
    for (let length = readSync(descriptor, chunk); length > 0; length = readSync(descriptor, chunk)) {
      yield* lines.push(chunk.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The folders among what was added. */
export function* addedFolders(lines: Iterable<JournalLine>): Generator<BytePath> {
  for (const line of lines) {
    if (line.did === 'added' && line.temporary === undefined) {
      yield line.path;
    }
  }
}
