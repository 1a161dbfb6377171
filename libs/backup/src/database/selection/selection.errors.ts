import { BackupError } from '../../errors/backup.error.js';
import { OptionError } from '../../errors/option.error.js';

export function emptyPattern(option: string): BackupError {
  return new OptionError(
    'invalid_option',
    option,
    (name) => `A pattern of ${name} is empty: write a table, database.table, or a pattern such as log_*.`,
  );
}

export function invalidCondition(table: string, reason: string): BackupError {
  return new BackupError(
    'invalid_option',
    `The condition for ${table} ${reason}: write what may stand after WHERE and looks at the row alone, such as total > 100.`,
  );
}

export function conditionRefused(database: string, table: string, answer: string, cause: unknown): BackupError {
  return new BackupError(
    'invalid_option',
    `The server does not take the condition for ${database}.${table} (${answer}): correct it, as it would stand after WHERE.`,
    { cause },
  );
}

/** @param candidates names that were meant instead, best first */
export function patternWithoutTable(
  option: string,
  pattern: string,
  databases: readonly string[],
  candidates: readonly string[],
): BackupError {
  const advice =
    candidates.length === 0 ? 'there are none.' : `check its name; there is ${candidates.slice(0, 5).join(', ')}.`;
  return new OptionError(
    'not_found',
    option,
    (name) => `No table of ${databases.join(', ')} matches "${pattern}" of ${name}: ${advice}`,
  );
}

export function rowsAskedTwice(database: string, table: string): BackupError {
  return new BackupError(
    'invalid_option',
    `More than one of the given conditions and no-data patterns matches ${database}.${table}: leave one of them.`,
  );
}
