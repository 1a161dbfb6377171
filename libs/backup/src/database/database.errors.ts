import { BackupError, messageOf } from '../errors/backup.error.js';
import { describeAddress, type ServerAddress } from './server-connection.js';

/** Server error numbers that mean a connection could not be made or was lost. */
const ACCESS_DENIED = new Set([1045, 1698, 1044]);
const PRIVILEGE_MISSING = new Set([1142, 1143, 1227, 1370, 1410]);
const CONNECTION_LOST = new Set(['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
/** Shut down, killed, timed out. */
const LOST_NUMBERS = new Set([1053, 1077, 1079, 1317, 1927, 2006, 2013, 4031]);
const LOCK_TIMEOUT = 1205;
/** Too many connections; of this account; in this hour. */
const TOO_MANY_SESSIONS = new Set([1040, 1203, 1226]);
const INSECURE_TRANSPORT = 3159;
/** mysql2's own. */
const TLS_FAILED = 'HANDSHAKE_SSL_ERROR';
/** `--read-only` and its kin. */
const READ_ONLY = new Set([1290, 1836]);
/** A transaction that may only read, as those of backups are: a condition can call what writes. */
const READ_ONLY_TRANSACTION = 1792;

interface ServerErrorLike {
  readonly message: string;
  readonly errno?: unknown;
  readonly code?: unknown;
}

/** The server picked a session to give way to another, and undid what it did. */
export const DEADLOCK = 1213;

/** What the server could not read as a statement, or as a part of a definition that it keeps. */
export const SYNTAX_ERROR = 1064;

/** The server's error number, 0 when it is none of the server's. */
export function errorNumber(error: unknown): number {
  if (error instanceof BackupError && error.cause !== undefined) {
    return errorNumber(error.cause);
  }
  const { errno } = (error ?? {}) as ServerErrorLike;
  return typeof errno === 'number' && errno > 0 ? errno : 0;
}

function errorCode(error: unknown): string {
  const { code } = (error ?? {}) as ServerErrorLike;
  return typeof code === 'string' ? code : '';
}

/** Turns an error of mysql2 or of the row stream into one line that says what to do. */
export function translateError(error: unknown, address: ServerAddress): BackupError {
  if (error instanceof BackupError) {
    return error;
  }
  const number = errorNumber(error);
  const code = errorCode(error);
  const reason = messageOf(error);
  const place = describeAddress(address);
  if (number === 1045 || number === 1698) {
    // MariaDB says the same to a session that is not encrypted where it has to be
    const advice = address.ssl === undefined ? ', or set `ssl` where only encrypted ones are taken' : '';
    return new BackupError(
      'connection_failed',
      `The database server refused ${place}: check the user name and password of the connection${advice}.`,
      { cause: error },
    );
  }
  if (TOO_MANY_SESSIONS.has(number)) {
    return new BackupError(
      'connection_failed',
      `${place} gets no further session (${reason}): use fewer --threads, or raise max_connections or the account's limit.`,
      { cause: error },
    );
  }
  if (number === INSECURE_TRANSPORT) {
    return new BackupError(
      'connection_failed',
      `${place} takes encrypted connections only: set \`ssl\` of the data source or of the option connection.`,
      { cause: error },
    );
  }
  if (code === TLS_FAILED) {
    return new BackupError(
      'connection_failed',
      `${place} cannot be reached over TLS (${reason}): give its certificate's authority as \`ssl: { ca }\`.`,
      { cause: error },
    );
  }
  if (READ_ONLY.has(number) && /read.only/i.test(reason)) {
    return new BackupError(
      'query_failed',
      `The database server ${place} is read-only (${reason}): use its primary, or end read_only.`,
      { cause: error },
    );
  }
  if (number === READ_ONLY_TRANSACTION) {
    return new BackupError(
      'query_failed',
      `${place} takes no changes here (${reason}): leave out of conditions what writes, or end transaction_read_only.`,
      { cause: error },
    );
  }
  if (number === 1049) {
    return new BackupError('unknown_database', `${reason} on ${place}: check the database name.`, { cause: error });
  }
  if (ACCESS_DENIED.has(number) || PRIVILEGE_MISSING.has(number)) {
    return new BackupError(
      'missing_privilege',
      `${place} may not do that: ${reason}. Grant the privilege and try again.`,
      {
        cause: error,
      },
    );
  }
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ENOENT' || code === 'EHOSTUNREACH') {
    return new BackupError(
      'connection_failed',
      `No database server answers at ${place} (${code}): check that it runs and that the address is right.`,
      { cause: error },
    );
  }
  if (CONNECTION_LOST.has(code) || LOST_NUMBERS.has(number) || /closed state|connection (?:ended|lost)/i.test(reason)) {
    return connectionLost(address, error);
  }
  if (number === LOCK_TIMEOUT) {
    return new BackupError(
      'busy',
      `A lock on the database server ${place} was not free in time: another session holds it; try again when it is done.`,
      { cause: error },
    );
  }
  return new BackupError('query_failed', `The database server ${place} answered: ${reason}`, { cause: error });
}

export function connectionLost(address: ServerAddress, cause: unknown): BackupError {
  return new BackupError(
    'connection_lost',
    `The connection to the database server ${describeAddress(address)} was lost: check that the server runs, then start again.`,
    { cause },
  );
}

export function unknownDatabase(name: string, address: ServerAddress): BackupError {
  return new BackupError(
    'unknown_database',
    `There is no database ${JSON.stringify(name)} on ${describeAddress(address)}, or this account may not see it: check its name, or grant SELECT on it.`,
  );
}

export function tableChanged(database: string, table: string, cause: unknown): BackupError {
  return new BackupError(
    'table_changed',
    `Table ${database}.${table} was changed or dropped while it was backed up: nothing was kept; run the backup again when no migration runs.`,
    { cause },
  );
}

export function definitionsChanging(address: ServerAddress): BackupError {
  return new BackupError(
    'busy',
    `Definitions on ${describeAddress(address)} kept changing while the snapshot was taken: run the backup again when no migration runs, or grant RELOAD on *.*.`,
  );
}

/** @param grants statements for whoever may grant */
export function lockNotAllowed(
  database: string,
  table: string,
  address: ServerAddress,
  grants: string,
  cause: unknown,
): BackupError {
  return new BackupError(
    'missing_privilege',
    `${database}.${table} has no transactions, and ${describeAddress(address)} may not lock it: run ${grants}`,
    { cause },
  );
}

export function tableNotReadable(database: string, table: string, cause: unknown): BackupError {
  return new BackupError(
    'not_readable',
    `Table ${database}.${table} cannot be read (${messageOf(cause)}): repair it, or leave it out with --exclude-table or --allow-partial.`,
    { cause },
  );
}

export function definitionIllegible(database: string, table: string): BackupError {
  return new BackupError(
    'not_readable',
    `The definition of ${database}.${table} holds bytes that are no text: make the table again, or leave it out with --exclude-table or --allow-partial.`,
  );
}

export function foreignKeysIllegible(database: string, table: string): BackupError {
  return new BackupError(
    'not_readable',
    `The server shows the foreign keys of ${database}.${table} so that their names cannot be told: name them without backticks, or leave the table out with --exclude-table or --allow-partial.`,
  );
}

/** @param grants statements for whoever may grant */
export function tableNotAllowed(database: string, table: string, grants: string): BackupError {
  return new BackupError(
    'not_readable',
    `This account may not read all of ${database}.${table}: run ${grants} or leave it out with --exclude-table or --allow-partial.`,
  );
}

/** @param grants statements for whoever may grant */
export function objectsHidden(what: string, database: string, grants: string): BackupError {
  return new BackupError(
    'not_readable',
    `This account cannot see the ${what} of ${database}, if there are any: run ${grants} or go on without them with --allow-partial.`,
  );
}

export function librariesNotSupported(database: string, names: readonly string[]): BackupError {
  return new BackupError(
    'not_readable',
    `This release cannot back up the libraries of ${database} (${names.join(', ')}): keep their statements elsewhere, and go on without them with --allow-partial.`,
  );
}

/** @param alternative what else can be done */
export function mixedEncodings(label: string, characterSet: string, alternative: string): BackupError {
  return new BackupError(
    'not_readable',
    `The server shows the definition of ${label} in UTF-8 and in ${characterSet} at once: make it again with a client of utf8mb4, or ${alternative}.`,
  );
}

/** @param alternative what else can be done */
export function definitionCutOff(label: string, alternative: string): BackupError {
  return new BackupError(
    'not_readable',
    `The server has cut off ${label} at a zero byte, so it cannot be made again: make it anew with \\0 in place of the byte, or ${alternative}.`,
  );
}

export function columnsMasked(database: string, table: string, columns: readonly string[]): BackupError {
  return new BackupError(
    'not_readable',
    `Table ${database}.${table} has masking policies on ${columns.join(', ')}, and nothing tells whether this account reads what is there or what stands for it: take them off for the time of the backup, or leave the table out with --allow-partial.`,
  );
}

export function historyNotSupported(database: string, table: string): BackupError {
  return new BackupError(
    'not_readable',
    `Table ${database}.${table} is system-versioned and this server could not take its history back: upgrade to MariaDB 10.11 or later, or leave it out with --allow-partial.`,
  );
}

export function transactionHistory(database: string, table: string): BackupError {
  return new BackupError(
    'not_readable',
    `Table ${database}.${table} is system-versioned by transaction numbers, which mean nothing after a restore: change its period columns to TIMESTAMP(6), or leave it out with --allow-partial.`,
  );
}

export function defaultUnknown(database: string, table: string, column: string): BackupError {
  return new BackupError(
    'not_readable',
    `The default of column ${column} of table ${database}.${table} has a question mark, which the server also shows for characters beyond the Basic Multilingual Plane, and the table is empty: write the default as an expression, insert a row, or take it for a question mark with --allow-partial.`,
  );
}

/** @param grants statements for whoever may grant */
export function membersUnknown(database: string, table: string, column: string, grants: string): BackupError {
  return new BackupError(
    'not_readable',
    `Column ${column} of table ${database}.${table} has members with a question mark, which the server also shows for characters beyond the Basic Multilingual Plane: run ${grants} or take them for question marks with --allow-partial.`,
  );
}

export function viewBroken(database: string, view: string): BackupError {
  return new BackupError(
    'not_readable',
    `View ${database}.${view} is broken, a table or column it uses is gone: repair or drop it, or leave it out with --allow-partial.`,
  );
}

export function rowTooLarge(database: string, table: string, bytes: number, limit: number): BackupError {
  return new BackupError(
    'row_too_large',
    `Table ${database}.${table} has a row that needs a statement of ${String(bytes)} bytes and the server's max_allowed_packet is ${String(limit)}: it could not be restored; raise max_allowed_packet.`,
  );
}

/**
 * @param object such as `view shop.sales`
 * @param grants statements for whoever may grant
 * @param alternative what else can be done
 */
export function objectNotReadable(object: string, grants: string, alternative: string): BackupError {
  return new BackupError(
    'not_readable',
    `The definition of ${object} cannot be read: run ${grants} or ${alternative}.`,
  );
}

/** @param alternative what else can be done, besides repairing or dropping it */
export function definitionBroken(object: string, reason: string, alternative: string, cause: unknown): BackupError {
  return new BackupError(
    'not_readable',
    `The definition of ${object} cannot be read (${reason}): repair or drop it, or ${alternative}.`,
    { cause },
  );
}
