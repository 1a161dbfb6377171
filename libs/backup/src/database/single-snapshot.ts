import { BackupError } from '../errors/backup.error.js';
import { definitionsChanging, lockNotAllowed } from './database.errors.js';
import { IDLE_SECONDS, underIdleLimit } from './idle-limit.js';
import { backupLockError, takeInTurns } from './lock-turns.js';
import { missingGrants } from './privilege-needs.js';
import { ServerConnection } from './server-connection.js';
import { placeCoordinates } from './snapshot-coordinates.js';
import type { LockedTable, SnapshotSteps, TakenSnapshot } from './snapshot.js';
import { quoteQualified } from './sql.js';

/** How often definitions may change while a single connection takes its snapshot. */
const MOST_ATTEMPTS = 10;

/**
 * Takes the snapshot with one connection and no privilege but SELECT. Tables without transactions are held by
 * LOCK TABLES until they are copied. Nothing keeps definitions from changing meanwhile: then it is taken anew.
 *
 * @throws BackupError `busy` when definitions keep changing
 */
export async function takeSingleSnapshot<Schema>(
  connection: ServerConnection,
  steps: SnapshotSteps<Schema>,
): Promise<TakenSnapshot<Schema>> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const schema = await steps.readSchema();
    // a session that has locked tables sees no others
    const locked = steps.lockedTables(schema);
    const holder = locked.length > 0 ? await ServerConnection.open(connection.address) : null;
    try {
      const taken =
        holder === null
          ? await takeUnlocked(connection, schema, steps)
          : await underIdleLimit(holder, IDLE_SECONDS.blocksWrites, () =>
              takeLocked(connection, holder, schema, steps),
            );
      if (taken !== null) {
        return taken;
      }
      await steps.dropSnapshots();
    } finally {
      await holder?.end();
    }
  }
  throw definitionsChanging(connection.address);
}

/** Null: definitions have changed meanwhile. */
async function takeUnlocked<Schema>(
  connection: ServerConnection,
  schema: Schema,
  steps: SnapshotSteps<Schema>,
): Promise<TakenSnapshot<Schema> | null> {
  const place = await steps.beginSnapshots(schema, 'possible');
  if (!(await isFreeAndUnchanged(schema, steps))) {
    return null;
  }
  await steps.readSequences(schema);
  const coordinates = await placeCoordinates(connection, place);
  return { schema, record: { consistency: 'single', lockMilliseconds: 0, ...coordinates } };
}

/** With tables that have no transactions, which a session of their own locks until they are copied. */
async function takeLocked<Schema>(
  connection: ServerConnection,
  holder: ServerConnection,
  schema: Schema,
  steps: SnapshotSteps<Schema>,
): Promise<TakenSnapshot<Schema> | null> {
  const lockedAt = performance.now();
  await lockTables(holder, steps.lockedTables(schema));
  const taken = await takeUnlocked(connection, schema, steps);
  if (taken === null) {
    return null;
  }
  await steps.copyLocked(schema);
  return { schema, record: { ...taken.record, lockMilliseconds: Math.round(performance.now() - lockedAt) } };
}

/** Who waits here for somebody that changes a table may be waited for by him: the snapshot holds some tables. */
async function isFreeAndUnchanged<Schema>(schema: Schema, steps: SnapshotSteps<Schema>): Promise<boolean> {
  try {
    return await steps.isUnchanged(schema);
  } catch (error) {
    if (error instanceof BackupError && error.code === 'busy') {
      return false;
    }
    throw error;
  }
}

async function lockTables(holder: ServerConnection, tables: readonly LockedTable[]): Promise<void> {
  const list = tables.map((table) => `${quoteQualified(table.database, table.name)} READ`).join(', ');
  try {
    await takeInTurns(holder, async () => {
      await holder.query(`LOCK TABLES ${list}`);
    });
  } catch (error) {
    throw error instanceof BackupError && error.code === 'missing_privilege'
      ? lockNotAllowed(tables[0].database, tables[0].name, holder.address, await lockGrants(holder, tables), error)
      : backupLockError(error, holder);
  }
}

function lockGrants(connection: ServerConnection, locked: readonly LockedTable[]): Promise<string> {
  return missingGrants(
    connection,
    locked.map(({ database }) => ({ privileges: ['LOCK TABLES'], on: { kind: 'database', database } })),
  );
}
