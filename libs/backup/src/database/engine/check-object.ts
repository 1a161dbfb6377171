import { ObjectDamagedError } from '../../backup-set/backup-set.errors.js';
import { readObject } from '../../backup-set/object-reader.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import { insertHeader, type TableShape } from '../table-rows.js';
import type { CheckResult, CheckTask } from './engine-tasks.js';
import type { Pace } from '../../engine/pace.js';
import type { ProgressReporter } from '../../engine/progress-reporter.js';
import { StatementSplitter } from './statement-splitter.js';

/** Reads an object, checks it against its record and, where it holds rows, counts statements and rows. */
export async function checkObject(
  storage: BackupStorage,
  task: CheckTask,
  identity: string | null,
  signal: AbortSignal,
  progress: ProgressReporter,
  pace: Pace,
): Promise<CheckResult> {
  const counter = task.shape === null ? null : new RowCounter(task.shape);
  const consume = async (chunk: Buffer): Promise<void> => {
    counter?.push(chunk);
    progress.add(chunk.length, 0);
    pace.spend(chunk.length);
    await pace.due(signal);
  };
  try {
    await readObject(storage, task.object, identity, consume, signal);
  } catch (error) {
    if (error instanceof ObjectDamagedError) {
      return { rows: 0, statements: 0, damage: error.reason };
    }
    throw error;
  }
  return { rows: counter?.rows ?? 0, statements: counter?.statements ?? 0, damage: null };
}

const NEXT_ROW = Buffer.from('\n(');

/** Counts INSERT statements and their rows, each of which stands on a line of its own. */
class RowCounter {
  rows = 0;
  statements = 0;
  private readonly header: Buffer;
  private readonly splitter: StatementSplitter;

  constructor(shape: TableShape) {
    this.header = insertHeader(shape);
    this.splitter = new StatementSplitter(this.header);
  }

  push(chunk: Buffer): void {
    for (const statement of this.splitter.push(chunk)) {
      if (this.splitter.holdsRows(statement)) {
        this.statements += 1;
        this.countRows(statement.subarray(this.header.length - 1));
      }
    }
  }

  private countRows(lines: Buffer): void {
    for (let at = lines.indexOf(NEXT_ROW); at !== -1; at = lines.indexOf(NEXT_ROW, at + NEXT_ROW.length)) {
      this.rows += 1;
    }
  }
}
