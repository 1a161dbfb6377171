import { readObject } from '../../backup-set/object-reader.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import type { CheckResult, CheckTask } from './engine-tasks.js';
import type { ProgressReporter } from './progress-reporter.js';

const LINE_FEED = 0x0a;
const OPEN = 0x28;
const SEMICOLON = 0x3b;

/** Reads an object, checks it against its record and counts statements and rows: lines that end in `;` or start with `(`. */
export async function checkObject(
  storage: BackupStorage,
  task: CheckTask,
  signal: AbortSignal,
  progress: ProgressReporter,
): Promise<CheckResult> {
  let rows = 0;
  let statements = 0;
  let before = LINE_FEED;
  const count = (chunk: Buffer): void => {
    if (before === LINE_FEED && chunk[0] === OPEN) {
      rows += 1;
    }
    if (before === SEMICOLON && chunk[0] === LINE_FEED) {
      statements += 1;
    }
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) {
      if (at > 0 && chunk[at - 1] === SEMICOLON) {
        statements += 1;
      }
      if (chunk[at + 1] === OPEN) {
        rows += 1;
      }
    }
    before = chunk[chunk.length - 1];
    progress.add(chunk.length, 0);
  };
  await readObject(storage, task.set, task.object, count, signal);
  return { rows, statements };
}
