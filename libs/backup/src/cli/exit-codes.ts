import { BackupError, messageOf, type BackupErrorCode } from '../errors/backup.error.js';
import { printable, printableJson, printableOutput } from '../printable.js';
import { messageWidth, styled } from './terminal/screen.js';
import { flowText } from './terminal/wrap-text.js';

/** What the exit codes of commands mean. */
export const EXIT_STATUS: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'done'],
  [1, 'failed'],
  [2, 'wrong usage: a command, option or value that cannot be, or a question that was not answered with yes'],
  [3, 'no such backup, set, schedule, key, table or database'],
  [4, 'damaged, or not proven: not what was written'],
  [5, 'busy: another operation works on the same, or something keeps a backup from being deleted'],
  [130, 'cancelled'],
];

const EXIT_CODES: Readonly<Record<BackupErrorCode, number>> = {
  invalid_option: 2,
  unsupported_type: 2,
  invalid_name: 2,
  too_large: 2,
  not_confirmed: 2,
  not_found: 3,
  unknown_database: 3,
  damaged: 4,
  format_unsupported: 4,
  proof_failed: 4,
  operation_tampered: 4,
  busy: 5,
  cancelled: 130,
  shutting_down: 130,
  interrupted: 1,
  operation_state: 1,
  connection_failed: 1,
  connection_lost: 1,
  missing_privilege: 1,
  table_changed: 1,
  row_too_large: 1,
  not_readable: 1,
  query_failed: 1,
  worker_died: 1,
  queue_failed: 1,
  storage_missing: 1,
  storage_not_writable: 1,
  storage_full: 1,
  storage_failed: 1,
  restore_blocked: 1,
  incompatible: 1,
  undo_impossible: 1,
  identity_missing: 1,
  identity_wrong: 1,
  key_retired: 1,
};

/**
 * The exit code for whatever a command threw: that of the library's errors; 2 for what Commander refuses; of other errors
 * the `exitCode` that they carry, else 1.
 */
export function exitCodeOf(error: unknown): number {
  if (error instanceof BackupError) {
    return EXIT_CODES[error.code];
  }
  if (isCommanderError(error)) {
    return error.exitCode === 0 ? 0 : 2;
  }
  return error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number' ? error.exitCode : 1;
}

/**
 * For `CommandFactory.run(..., { serviceErrorHandler: reportCommandError })`: one line on stderr, and the exit code.
 * With `--verbose` the stack follows. With `--json` the document on stdout is `{ "error": { "code", "message" } }`; the code
 * of errors that are not the library's is `failed`.
 */
export function reportCommandError(error: unknown): void {
  process.exitCode = exitCodeOf(error);
  if (isCommanderError(error) && (error.exitCode === 0 || error.code === 'commander.help')) {
    // it has printed help, also where no command was named
    return;
  }
  const message = flowText(printable(lineOf(error)), messageWidth());
  if (process.argv.includes('--json')) {
    const document = { error: { code: codeOf(error), message: lineOf(error) } };
    process.stdout.write(`${printableJson(JSON.stringify(document, null, 2))}\n`);
  }
  process.stderr.write(`${styled('red', message, process.stderr)}\n`);
  if (process.argv.includes('--verbose') && error instanceof Error) {
    process.stderr.write(`${printableOutput(error.stack ?? '')}\n`);
  }
}

type CommandErrorCode = BackupErrorCode | 'failed';

function codeOf(error: unknown): CommandErrorCode {
  if (error instanceof BackupError) {
    return error.code;
  }
  return exitCodeOf(error) === 2 ? 'invalid_option' : 'failed';
}

function lineOf(error: unknown): string {
  const line = messageOf(error)
    .trim()
    .replace(/\s*\n\s*/g, ' ');
  if (isCommanderError(error)) {
    return usageLine(line);
  }
  return line === '' && error instanceof Error ? error.name : line;
}

/** What Commander says, `error: unknown option '--jsn' (Did you mean --json?)`, in the manner of our own errors. */
function usageLine(line: string): string {
  const said = line.replace(/^error: /, '');
  const suggestion = /^(.*) \(Did you mean (.*)\?\)$/.exec(said);
  const sentence = suggestion === null ? `${said}: see --help.` : `${suggestion[1]}: did you mean ${suggestion[2]}?`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function isCommanderError(error: unknown): error is Error & { readonly code: string; readonly exitCode: number } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}
