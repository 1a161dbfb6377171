import { HttpException, HttpStatus } from '@nestjs/common';
import { BackupError, type BackupErrorCode } from '../errors/backup.error.js';

/** How a request can fail, beside what the library itself fails with. */
export type RequestProblemCode =
  | 'validation_failed'
  | 'unauthorized'
  | 'forbidden'
  | 'confirmation_refused'
  | 'route_not_found'
  | 'method_not_allowed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'request_timeout'
  | 'range_not_satisfiable'
  | 'idempotency_key_in_use'
  | 'idempotency_key_reused'
  | 'request_failed'
  | 'internal_error';

export type ProblemCode = BackupErrorCode | RequestProblemCode;

/** Statuses of all codes. 409: it could work, if it were not for the state of things. */
export const PROBLEM_STATUS: Readonly<Record<ProblemCode, number>> = {
  invalid_option: HttpStatus.BAD_REQUEST,
  unsupported_type: HttpStatus.BAD_REQUEST,
  invalid_name: HttpStatus.BAD_REQUEST,
  validation_failed: HttpStatus.BAD_REQUEST,
  request_failed: HttpStatus.BAD_REQUEST,
  unauthorized: HttpStatus.UNAUTHORIZED,
  forbidden: HttpStatus.FORBIDDEN,
  confirmation_refused: HttpStatus.FORBIDDEN,
  request_timeout: HttpStatus.REQUEST_TIMEOUT,
  range_not_satisfiable: HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
  idempotency_key_in_use: HttpStatus.CONFLICT,
  idempotency_key_reused: HttpStatus.UNPROCESSABLE_ENTITY,
  not_found: HttpStatus.NOT_FOUND,
  unknown_database: HttpStatus.NOT_FOUND,
  route_not_found: HttpStatus.NOT_FOUND,
  method_not_allowed: HttpStatus.METHOD_NOT_ALLOWED,
  busy: HttpStatus.CONFLICT,
  cancelled: HttpStatus.CONFLICT,
  interrupted: HttpStatus.CONFLICT,
  not_confirmed: HttpStatus.CONFLICT,
  operation_tampered: HttpStatus.CONFLICT,
  operation_state: HttpStatus.CONFLICT,
  table_changed: HttpStatus.CONFLICT,
  restore_blocked: HttpStatus.CONFLICT,
  incompatible: HttpStatus.CONFLICT,
  undo_impossible: HttpStatus.CONFLICT,
  identity_missing: HttpStatus.CONFLICT,
  identity_wrong: HttpStatus.CONFLICT,
  key_retired: HttpStatus.CONFLICT,
  too_large: HttpStatus.PAYLOAD_TOO_LARGE,
  payload_too_large: HttpStatus.PAYLOAD_TOO_LARGE,
  unsupported_media_type: HttpStatus.UNSUPPORTED_MEDIA_TYPE,
  damaged: HttpStatus.UNPROCESSABLE_ENTITY,
  format_unsupported: HttpStatus.UNPROCESSABLE_ENTITY,
  proof_failed: HttpStatus.UNPROCESSABLE_ENTITY,
  row_too_large: HttpStatus.UNPROCESSABLE_ENTITY,
  not_readable: HttpStatus.UNPROCESSABLE_ENTITY,
  missing_privilege: HttpStatus.INTERNAL_SERVER_ERROR,
  query_failed: HttpStatus.INTERNAL_SERVER_ERROR,
  worker_died: HttpStatus.INTERNAL_SERVER_ERROR,
  internal_error: HttpStatus.INTERNAL_SERVER_ERROR,
  connection_failed: HttpStatus.SERVICE_UNAVAILABLE,
  connection_lost: HttpStatus.SERVICE_UNAVAILABLE,
  queue_failed: HttpStatus.SERVICE_UNAVAILABLE,
  shutting_down: HttpStatus.SERVICE_UNAVAILABLE,
  storage_missing: HttpStatus.SERVICE_UNAVAILABLE,
  storage_not_writable: HttpStatus.SERVICE_UNAVAILABLE,
  storage_failed: HttpStatus.SERVICE_UNAVAILABLE,
  storage_full: HttpStatus.INSUFFICIENT_STORAGE,
};

/** After how many seconds a request may be sent again as it is, for the header `Retry-After`. */
export const RETRY_AFTER: Readonly<Partial<Record<ProblemCode, number>>> = { shutting_down: 10 };

/** Problem details for HTTP APIs, RFC 9457. */
export interface ProblemDetails {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  /** One line: what happened, why, what to do. */
  readonly detail: string;
  /** Stable: branch on this. */
  readonly code: ProblemCode;
  /** Of a request that is not valid: what is wrong where. */
  readonly issues?: readonly ProblemIssue[];
}

export interface ProblemIssue {
  /** `tables.0`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** A request that cannot be served as it is. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';

  constructor(
    readonly code: RequestProblemCode,
    message: string,
    readonly issues?: readonly ProblemIssue[],
  ) {
    super(message);
  }
}

/** Codes of what guards, parsers and Nest itself throw. */
const CODE_OF_STATUS: Readonly<Record<number, RequestProblemCode | undefined>> = {
  [HttpStatus.UNAUTHORIZED]: 'unauthorized',
  [HttpStatus.FORBIDDEN]: 'forbidden',
  [HttpStatus.PAYLOAD_TOO_LARGE]: 'payload_too_large',
  [HttpStatus.UNSUPPORTED_MEDIA_TYPE]: 'unsupported_media_type',
};

/** The problem details of anything that was thrown. What was not meant to be seen outside says nothing of itself. */
export function problemOf(error: unknown): ProblemDetails {
  if (error instanceof BackupError) {
    return problemDetails(error.code, error.message);
  }
  if (error instanceof RequestProblem) {
    return { ...problemDetails(error.code, error.message), issues: error.issues };
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    const status = error.getStatus();
    return problemDetails(CODE_OF_STATUS[status] ?? 'request_failed', error.message, status);
  }
  return problemDetails('internal_error', 'Something went wrong; the log of the application says what.');
}

/**
 * The problem of a request that the application could not parse, by what Express's parsers and router throw; null for
 * anything else. Nothing of what was sent is repeated.
 */
export function parserProblem(error: unknown): ProblemDetails | null {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  switch (status) {
    case HttpStatus.BAD_REQUEST:
      return problemDetails(
        'validation_failed',
        error instanceof SyntaxError
          ? 'The request is not valid: its body is not JSON.'
          : 'The request is not valid: its path or body cannot be read.',
      );
    case HttpStatus.PAYLOAD_TOO_LARGE:
      return problemDetails('payload_too_large', 'The body is larger than this application takes: send less at once.');
    case HttpStatus.UNSUPPORTED_MEDIA_TYPE:
      return problemDetails(
        'unsupported_media_type',
        'The body is encoded in a way that is not supported: send UTF-8.',
      );
    default:
      return null;
  }
}

/** @param status where it is not the one of all problems with this code */
export function problemDetails(code: ProblemCode, detail: string, status = PROBLEM_STATUS[code]): ProblemDetails {
  return { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail, code };
}

const TITLES: Readonly<Record<number, string | undefined>> = Object.fromEntries(
  Object.entries(HttpStatus)
    .filter(([, status]) => typeof status === 'number')
    .map(([name, status]) => [status, `${name[0]}${name.slice(1).toLowerCase().replaceAll('_', ' ')}`]),
);
