import { BackupError } from '../errors/backup.error.js';
import { definitionsChanging, lockNotAllowed } from './database.errors.js';
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
      const lockedAt = performance.now();
      if (holder !== null) {
        await lockTables(holder, locked);
      }
      const place = await steps.beginSnapshots(schema, 'possible');
      if (await isFreeAndUnchanged(schema, steps)) {
        await steps.readSequences(schema);
        const coordinates = await placeCoordinates(connection, place);
        if (locked.length > 0) {
          await steps.copyLocked(schema);
        }
        const lockMilliseconds = locked.length > 0 ? Math.round(performance.now() - lockedAt) : 0;
        return { schema, record: { consistency: 'single', lockMilliseconds, ...coordinates } };
      }
      await steps.dropSnapshots();
    } finally {
      await holder?.end();
    }
  }
  throw definitionsChanging(connection.address);
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
