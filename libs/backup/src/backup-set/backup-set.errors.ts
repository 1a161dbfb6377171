import { BackupError } from '../errors/backup.error.js';
import type { ObjectDamage } from './set-objects.js';
import type { TablesByDamage } from './tables-by-damage.js';

/** Of names that somebody else chose. */
const LONGEST_SHOWN = 300;

export function invalidSetName(name: string): BackupError {
  return new BackupError(
    'invalid_name',
    `${JSON.stringify(name)} is not the name of a backup set: names look like 20261121T221005Z-database-3f9c2a.`,
  );
}

export function setMissing(name: string, location: string): BackupError {
  return new BackupError(
    'damaged',
    `Backup set ${name} has no manifest in ${location}: it was removed or never completed; restore another backup.`,
  );
}

export function manifestAltered(name: string): BackupError {
  return new BackupError(
    'damaged',
    `The manifest of ${name} is not the one recorded in the catalog: it was altered or damaged; restore another backup, or pass --trust-storage if you know why.`,
  );
}

export function manifestDowngraded(name: string, location: string): BackupError {
  return new BackupError(
    'damaged',
    `${name} was encrypted, and ${location} has an unencrypted manifest in its place: somebody put it there; restore another backup, and find out who writes to that storage.`,
  );
}

export function manifestAmbiguous(name: string): BackupError {
  return new BackupError(
    'damaged',
    `${name} has an unencrypted manifest beside what an encrypted set consists of: somebody put one of them there; find out who writes to that storage.`,
  );
}

export function manifestUnreadable(name: string, reason: string, cause: unknown): BackupError {
  return new BackupError(
    'damaged',
    `The manifest of ${name} cannot be read (${reason}): it is damaged; restore another backup.`,
    { cause },
  );
}

/** A manifest refers to a set that it does not build on. */
export function setOutsideChain(name: string, other: string): BackupError {
  return new BackupError(
    'damaged',
    `The manifest of ${name} refers to ${other}, which ${name} does not build on: somebody put it there; restore another backup, and find out who writes to that storage.`,
  );
}

/** A manifest refers to a set that it may build on, but the catalog has lost a link between them. */
export function chainUnknown(name: string, other: string): BackupError {
  return new BackupError(
    'damaged',
    `The manifest of ${name} refers to ${other}, and the catalog does not know all sets between the two: take them up with backup:import, or, where they are lost, restore with --trust-storage what is left.`,
  );
}

export function formatTooNew(name: string, found: number, known: number): BackupError {
  return new BackupError(
    'format_unsupported',
    `${name} has format version ${String(found)} and this release reads up to ${String(known)}: upgrade nestjs-backup to use it.`,
  );
}

/** What an operator does about a damaged set. */
const RESTORE_ANOTHER = 'restore another backup and run backup:verify on the rest.';

/** An object is not what was written. */
export class ObjectDamagedError extends BackupError {
  /** @param reason what is wrong with it: `is missing` */
  constructor(
    set: string,
    key: string,
    readonly reason: string,
    cause: unknown,
  ) {
    super('damaged', `${set} is damaged: object ${key} ${reason}; ${RESTORE_ANOTHER}`, { cause });
  }
}

export function objectDamaged(set: string, key: string, reason: string, cause?: unknown): ObjectDamagedError {
  return new ObjectDamagedError(set, key, reason, cause);
}

export function objectUnknown(set: string, key: string): BackupError {
  return objectDamaged(set, key, 'is not in the manifest');
}

/** @param damages at least one */
export function setDamaged(set: string, damages: readonly ObjectDamage[], tables: TablesByDamage): BackupError {
  const [{ object, reason }] = damages;
  const holder = object.set === set ? '' : ` of ${object.set}, which it builds on,`;
  const others = damages.length - 1;
  const more = others === 0 ? '' : `, and so are ${String(others)} more objects or have other faults`;
  return new BackupError(
    'damaged',
    `${set} is damaged: object ${object.key}${holder} ${reason}${more}; ${RESTORE_ANOTHER}${wholeTables(tables)}`,
  );
}

function wholeTables({ lost, whole }: TablesByDamage): string {
  if (lost.length === 0) {
    return whole.length === 0 ? '' : ' No rows are lost: it can still be restored.';
  }
  const others = whole.length === 1 ? `Table ${whole[0]} is` : `The other ${String(whole.length)} tables are`;
  const kept = whole.length === 0 ? 'No table is whole.' : `${others} whole, and can be restored with --table.`;
  return ` Lost: ${listed(lost)}. ${kept}`;
}

const MOST_NAMES = 20;

function listed(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return rest > 0 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${String(rest)} more` : names.join(', ');
}

export function setIncomplete(set: string, bytes: number, expected: number): BackupError {
  return new BackupError(
    'damaged',
    `${set} is damaged: its objects hold ${String(bytes)} bytes instead of ${String(expected)}; verify it with its identity to see which, and restore another backup.`,
  );
}

export function archiveRefused(reason: string, cause?: unknown): BackupError {
  return new BackupError(
    'damaged',
    `The archive cannot be taken in: ${reason}; nothing of it was kept. Send a set as it was downloaded.`,
    { cause },
  );
}

export function archiveTooLarge(limit: string): BackupError {
  return new BackupError('too_large', `The archive cannot be taken in: it has ${limit}; nothing of it was kept.`);
}

export function baseMissing(name: string, base: string): BackupError {
  return new BackupError(
    'not_found',
    `${name} builds on ${base}, which is not here; nothing of it was kept. Send that first, or both as one chain.`,
  );
}

export function invalidObjectName(path: string): BackupError {
  return new BackupError(
    'invalid_name',
    `The archive cannot be taken in: ${JSON.stringify(path.slice(0, LONGEST_SHOWN))} is not a path in a backup set; nothing of it was kept.`,
  );
}
