import { BackupError, messageOf } from '../../errors/backup.error.js';
import type { Compatibility } from '../compatibility/adapt-targets.js';
import { quoteName } from '../sql.js';
import { describeIncompatible } from '../compatibility/describe-compatibility.js';

/** Begins what is said about a restore that may not start. */
export function cannotRestore(set: string): string {
  return `Cannot restore ${set}`;
}

/** Begins what is said about an undo that may not start. */
export function cannotTakeBack(set: string): string {
  return `Cannot take the restore of ${set} back`;
}

export function proofFailed(table: string, reason: string): BackupError {
  return new BackupError(
    'proof_failed',
    `Table ${table} did not come back as it was backed up: ${reason}; live data was not touched, verify the backup and the server's disk.`,
  );
}

export function restoreBlocked(set: string, reason: string): BackupError {
  return new BackupError('restore_blocked', `${cannotRestore(set)}: ${reason}`);
}

/** @param parts such as `no rows of shop.logs` */
export function partWouldReplace(set: string, parts: readonly string[]): BackupError {
  return restoreBlocked(
    set,
    `it holds ${parts.join(', ')}, which would take the place of all rows that are there now; replace them all the same with --allow-partial, or restore other tables with --table, or under another name with --database OLD=NEW.`,
  );
}

export function viewOnMissing(set: string, view: string, base: string): BackupError {
  return restoreBlocked(
    set,
    `${view} stands on ${base}, which the backup leaves out and the server does not have; make ${base} first, or restore tables alone with --table '*'.`,
  );
}

export function keyToMissing(set: string, table: string, parent: string): BackupError {
  return restoreBlocked(
    set,
    `${table} has a foreign key to ${parent}, which the backup leaves out and the server does not have: no row could be added; make ${parent} first, or go on with --allow-partial.`,
  );
}

export function doesNotCarryOver(set: string, compatibility: Compatibility): BackupError {
  return new BackupError('incompatible', `${cannotRestore(set)}: ${describeIncompatible(compatibility)}`);
}

/** Another kind of server took a definition for readable, and refused it all the same. */
export function tableNotPossible(table: string, cause: unknown): BackupError {
  return new BackupError(
    'incompatible',
    `Table ${table} cannot be made here: ${messageOf(cause)}; change its definition where it comes from and back it up again, or restore only other tables with --table; live data was not touched.`,
    { cause },
  );
}

/** Different texts can be the same to another collation. */
export function rowsCollide(table: string, cause: unknown): BackupError {
  return new BackupError(
    'incompatible',
    `Table ${table} has rows that differed where they were backed up and are the same under its collation here (${messageOf(cause)}): choose a collation that tells them apart with --map-collation; live data was not touched.`,
    { cause },
  );
}

/**
 * @param cannot what is not possible
 * @param grants statements for whoever may grant
 * @param isEnoughInPlace whether a restore in place needs none of them
 */
export function privilegesMissing(cannot: string, grants: string, isEnoughInPlace: boolean): BackupError {
  return new BackupError(
    'missing_privilege',
    `${cannot}: this account lacks privileges. Run ${grants}${isEnoughInPlace ? ' Or use --in-place.' : ''}`,
  );
}

export function programsNotTrusted(cannot: string, program: string): BackupError {
  return new BackupError(
    'missing_privilege',
    `${cannot}: the server's binary log is on, and it does not trust this account with ${program}. Run SET GLOBAL log_bin_trust_function_creators = 1;`,
  );
}

/** What a restore replaces is kept for an undo, so it has to be readable. */
export function replacedNotReadable(set: string, cause: BackupError): BackupError {
  return new BackupError(
    cause.code,
    `${cannotRestore(set)}: it would replace something that could not be made again. ${cause.message}`,
    { cause },
  );
}

/** @param isUntouched whether everything is as it was; else the next command puts back what is missing */
export function swapBlocked(set: string, isUntouched: boolean, cause: unknown): BackupError {
  const state = isUntouched
    ? 'Live data was not touched.'
    : 'Triggers that had been dropped come back with the next backup command.';
  return new BackupError(
    'busy',
    `Cannot put ${set} in place: other sessions keep the live tables locked; end their transactions and restore again. ${state}`,
    { cause },
  );
}

export function viewStaysBroken(view: string): string {
  return `View ${view} was broken before the restore and could not be made again`;
}

/** @param statement the GRANT that the server refused, or that this account may not run */
export function grantIsLost(statement: string): string {
  return `A privilege on one routine alone goes with the routine that is dropped and made again: afterwards run ${statement};`;
}

/** @param grants statements for whoever may grant */
export function grantsNotSeen(database: string, routines: readonly string[], grants: string): string {
  return `Privileges that accounts have on ${routines.join(', ')} of ${database} alone go with them, since they are dropped and made again and this account may not see who has any: run ${grants} or grant them again afterwards`;
}

export function readOnlyIsNotRestored(database: string): string {
  return `The database was READ ONLY when it was backed up, and is not when it is restored: afterwards run ALTER DATABASE ${quoteName(database)} READ ONLY = 1;`;
}

export function databaseIsReadOnly(set: string, database: string): BackupError {
  return restoreBlocked(
    set,
    `database ${database} is READ ONLY; run ALTER DATABASE ${quoteName(database)} READ ONLY = 0; or restore under another name with --database OLD=NEW.`,
  );
}

export function undoBlocked(set: string, cause: unknown): BackupError {
  return new BackupError(
    'busy',
    `${cannotTakeBack(set)}: other sessions keep the live tables locked; end their transactions and try again. Nothing was changed.`,
    { cause },
  );
}

export function undoIncomplete(schema: string): BackupError {
  return new BackupError(
    'undo_impossible',
    `The replaced tables are still in schema ${schema}: nothing was dropped; look at them, then run backup:list.`,
  );
}

export function restoreStillRuns(schema: string): BackupError {
  return new BackupError(
    'busy',
    `Schema ${schema} is still used by a session of an interrupted restore, which does not end: end it with KILL, then run backup:list.`,
  );
}

export function nothingToUndo(schema: string): BackupError {
  return new BackupError(
    'undo_impossible',
    `There is nothing left to undo: schema ${schema} with the replaced tables is gone; restore a backup instead.`,
  );
}

export function noDatabases(set: string): BackupError {
  return new BackupError('not_found', `${set} holds no databases: it is a backup of files; see backup:show.`);
}
