import type { Definer } from '../ddl/definer.js';
import { keyClauses } from '../ddl/create-table.js';
import type { DefinedObject, DefinitionKind } from '../definitions.js';
import { grantStatements, unmetNeeds, type Need, type Scope } from '../privilege-needs.js';
import { Privileges } from '../privileges.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteName } from '../sql.js';
import { definerNeeds, definersOfOthers, mayNeedMore, refusedDefiners } from './definer-privileges.js';
import { findUntrustedProgram } from './logged-programs.js';
import { readReplacedParts } from './replaced-parts.js';
import { cannotRestore, cannotTakeBack, privilegesMissing, programsNotTrusted } from './restore.errors.js';
import type { RestoreTarget } from './restore-targets.js';
import { dropSchema } from './swap-steps.js';
import { markStaging, type UndoRecord } from './undo-record.js';

/** What a restore or its undo does in one database and its scratch schemas. */
interface DatabaseWork {
  readonly live: string;
  readonly staging: string;
  readonly undo: string;
  readonly makesForeignKeys: boolean;
  /** What is made, and what is dropped and made again should all be taken back. */
  readonly objects: readonly DefinedObject[];
}

/** Somebody who wants to do all of that. */
interface Attempt {
  readonly connection: ServerConnection;
  readonly privileges: Privileges;
  /** How it is said that it is not possible. */
  readonly cannot: string;
  readonly inPlace: boolean;
  /** Whether it could be done in place instead. */
  readonly hasChoice: boolean;
}

/**
 * Finds out whether the account may do all that a restore will, so that it does not stop on the way.
 *
 * @param operation 32 hex digits
 * @throws BackupError `missing_privilege` with the statements that grant what is missing; `not_readable` for something
 * that would be replaced
 */
export async function checkRestorePrivileges(
  connection: ServerConnection,
  set: string,
  targets: readonly RestoreTarget[],
  inPlace: boolean,
  privileges: Privileges,
  operation: string,
): Promise<void> {
  const attempt = { connection, privileges, cannot: cannotRestore(set), inPlace, hasChoice: !inPlace };
  const planned = targets.map(restoreWork);
  // what may not be seen of what is replaced cannot be read
  await assertGranted(attempt, planned, await definersIn(attempt, planned));
  const works: DatabaseWork[] = [];
  for (const [index, target] of targets.entries()) {
    const { objects } = await readReplacedParts(connection, set, target);
    works.push({ ...planned[index], objects: [...target.objects, ...objects] });
  }
  const [{ live, staging }] = targets;
  await assertMakesAll(attempt, works, (definers) =>
    inPlace ? refusedDefiners(connection, live, definers) : refusedInStaging(connection, staging, operation, definers),
  );
}

/** @throws BackupError `missing_privilege` when a restore could not be taken back to the end */
export async function checkUndoPrivileges(connection: ServerConnection, records: readonly UndoRecord[]): Promise<void> {
  const [{ set, undo }] = records;
  const privileges = await Privileges.read(connection);
  const attempt = { connection, privileges, cannot: cannotTakeBack(set), inPlace: false, hasChoice: false };
  await assertMakesAll(attempt, records.map(undoWork), (definers) => refusedDefiners(connection, undo, definers));
}

function restoreWork({ live, staging, undo, tables, objects }: RestoreTarget): DatabaseWork {
  const makesForeignKeys = tables.some(({ ddl }) => keyClauses(ddl).some(({ references }) => references !== null));
  return { live, staging, undo, makesForeignKeys, objects };
}

function undoWork({ live, staging, undo, incoming, outgoing, replaced, restored }: UndoRecord): DatabaseWork {
  const makesForeignKeys = incoming.length + outgoing.length > 0;
  return { live, staging, undo, makesForeignKeys, objects: [...replaced, ...restored] };
}

async function assertMakesAll(
  attempt: Attempt,
  works: readonly DatabaseWork[],
  findRefused: (definers: readonly Definer[]) => Promise<Need[]>,
): Promise<void> {
  const { connection, privileges, cannot } = attempt;
  const definers = await definersIn(attempt, works);
  await assertGranted(attempt, works, definers);
  if (definers.length > 0 && mayNeedMore(connection.server, privileges)) {
    const refused = unmetNeeds(privileges, await findRefused(definers));
    if (refused.length > 0) {
      throw privilegesMissing(cannot, await grantStatements(connection, refused), false);
    }
  }
  const untrusted = await findUntrustedProgram(connection, objectsOf(works), privileges);
  if (untrusted !== null) {
    throw programsNotTrusted(cannot, untrusted);
  }
}

function objectsOf(works: readonly DatabaseWork[]): DefinedObject[] {
  return works.flatMap((work) => work.objects);
}

function definersIn({ connection }: Attempt, works: readonly DatabaseWork[]): Promise<Definer[]> {
  return definersOfOthers(connection, objectsOf(works));
}

async function assertGranted(
  attempt: Attempt,
  works: readonly DatabaseWork[],
  definers: readonly Definer[],
): Promise<void> {
  const { connection, cannot, inPlace, hasChoice } = attempt;
  const missing = missingFor(attempt, works, definers, inPlace);
  if (missing.length > 0) {
    const isEnoughInPlace = hasChoice && missingFor(attempt, works, definers, true).length === 0;
    throw privilegesMissing(cannot, await grantStatements(connection, missing), isEnoughInPlace);
  }
}

function missingFor(
  { connection, privileges }: Attempt,
  works: readonly DatabaseWork[],
  definers: readonly Definer[],
  inPlace: boolean,
): Need[] {
  const scratch = works.flatMap((work) => (inPlace ? [liveScope(work)] : [stagingScope(work), undoScope(work)]));
  const forOthers = definers.length === 0 ? [] : definerNeeds(connection.server, privileges, scratch);
  return unmetNeeds(privileges, [...works.flatMap(inPlace ? inPlaceNeeds : stagedNeeds), ...forOthers]);
}

/** A staging schema, for as long as it takes to try. */
async function refusedInStaging(
  connection: ServerConnection,
  staging: string,
  operation: string,
  definers: readonly Definer[],
): Promise<Need[]> {
  await connection.query(`CREATE DATABASE ${quoteName(staging)} CHARACTER SET utf8mb4`);
  try {
    await markStaging(connection, staging, operation);
    return await refusedDefiners(connection, staging, definers);
  } finally {
    await dropSchema(connection, staging);
  }
}

/** What is done to tables in a schema of any kind: made, filled, read back, changed, moved or dropped. */
const TABLES = ['SELECT', 'INSERT', 'CREATE', 'DROP', 'ALTER'] as const;

const OBJECT_PRIVILEGES: Readonly<Record<DefinitionKind, readonly string[]>> = {
  VIEW: ['CREATE VIEW', 'SHOW VIEW'],
  PROCEDURE: ['CREATE ROUTINE', 'ALTER ROUTINE'],
  FUNCTION: ['CREATE ROUTINE', 'ALTER ROUTINE'],
  PACKAGE: ['CREATE ROUTINE', 'ALTER ROUTINE'],
  'PACKAGE BODY': ['CREATE ROUTINE', 'ALTER ROUTINE'],
  TRIGGER: ['TRIGGER'],
  EVENT: ['EVENT'],
};

function inPlaceNeeds(work: DatabaseWork): Need[] {
  const privileges = [...TABLES, ...referencing(work), ...work.objects.flatMap(({ kind }) => OBJECT_PRIVILEGES[kind])];
  return [{ privileges, on: liveScope(work) }];
}

function stagedNeeds(work: DatabaseWork): Need[] {
  return [
    ...inPlaceNeeds(work),
    // triggers of the tables that are replaced go, and could not even be seen without
    { privileges: ['TRIGGER'], on: liveScope(work) },
    { privileges: [...TABLES, ...referencing(work)], on: stagingScope(work) },
    { privileges: [...TABLES, 'UPDATE'], on: undoScope(work) },
  ];
}

function referencing({ makesForeignKeys }: DatabaseWork): string[] {
  return makesForeignKeys ? ['REFERENCES'] : [];
}

function liveScope({ live }: DatabaseWork): Scope {
  return { kind: 'database', database: live };
}

function stagingScope({ staging }: DatabaseWork): Scope {
  return scratchScope(staging, 'restore');
}

function undoScope({ undo }: DatabaseWork): Scope {
  return scratchScope(undo, 'undo');
}

function scratchScope(database: string, purpose: string): Scope {
  const family = database.slice(0, database.lastIndexOf(`_${purpose}_`) + purpose.length + 2);
  return { kind: 'database', database, family };
}
