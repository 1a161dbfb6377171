/**
 * Every way this library fails on purpose. Codes are stable: branch on them, not on messages.
 * HTTP statuses and exit codes are each mapped from them in one place.
 */
export type BackupErrorCode =
  | 'invalid_option'
  | 'unsupported_type'
  | 'not_found'
  | 'invalid_name'
  | 'too_large'
  | 'busy'
  | 'cancelled'
  | 'interrupted'
  | 'shutting_down'
  | 'not_confirmed'
  | 'operation_tampered'
  | 'operation_state'
  | 'connection_failed'
  | 'connection_lost'
  | 'missing_privilege'
  | 'unknown_database'
  | 'table_changed'
  | 'row_too_large'
  | 'not_readable'
  | 'query_failed'
  | 'worker_died'
  | 'queue_failed'
  | 'storage_missing'
  | 'storage_not_writable'
  | 'storage_full'
  | 'storage_failed'
  | 'damaged'
  | 'format_unsupported'
  | 'restore_blocked'
  | 'incompatible'
  | 'proof_failed'
  | 'undo_impossible'
  | 'identity_missing'
  | 'identity_wrong'
  | 'key_retired';

/**
 * Base of every error this library throws on purpose. The message is one line: what happened, why, what to do.
 */
export class BackupError extends Error {
  constructor(
    readonly code: BackupErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    // servers answer in several lines, and names may hold line feeds
    super(message.replace(/\s*[\r\n]\s*/g, ' '), options);
    this.name = new.target.name;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  // not instanceof: under Jest, Node's own errors come from another realm
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
