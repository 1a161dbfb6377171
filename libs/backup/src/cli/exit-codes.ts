import { BackupError, messageOf, type BackupErrorCode } from '../errors/backup.error.js';

/** 0 done, 1 failed, 2 usage, 3 not found, 4 damaged or not verified, 5 busy, 130 cancelled. */
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
  operation_state: 1,
  connection_failed: 1,
  connection_lost: 1,
  missing_privilege: 1,
  table_changed: 1,
  row_too_large: 1,
  not_readable: 1,
  query_failed: 1,
  worker_died: 1,
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

/** The exit code for whatever a command threw. Commander's own errors, after help apart, are usage errors. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof BackupError) {
    return EXIT_CODES[error.code];
  }
  if (isCommanderError(error)) {
    return error.exitCode === 0 ? 0 : 2;
  }
  return 1;
}

/**
 * For `CommandFactory.run(..., { serviceErrorHandler: reportCommandError })`: one line on stderr, and the exit code.
 * With `--verbose` the stack follows.
 */
export function reportCommandError(error: unknown): void {
  process.exitCode = exitCodeOf(error);
  if (isCommanderError(error)) {
    // Commander has printed help, or what is wrong with the arguments
    return;
  }
  process.stderr.write(
    `${messageOf(error)
      .trim()
      .replace(/\s*\n\s*/g, ' ')}\n`,
  );
  if (process.argv.includes('--verbose') && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ''}\n`);
  }
}

function isCommanderError(error: unknown): error is Error & { readonly exitCode: number } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}
