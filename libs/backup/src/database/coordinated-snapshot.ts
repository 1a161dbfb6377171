import type { SnapshotRecord } from '../backup-set/manifest.js';
import { IDLE_SECONDS, underIdleLimit } from './idle-limit.js';
import { backupLockError, takeInTurns } from './lock-turns.js';
import { Privileges } from './privileges.js';
import type { ServerConnection } from './server-connection.js';
import { readCoordinates, type Coordinates } from './snapshot-coordinates.js';
import type { SnapshotSteps, TakenSnapshot } from './snapshot.js';

/** Whether this account may take the lock that lets several connections see one moment. */
export async function canCoordinate(connection: ServerConnection): Promise<boolean> {
  const { server } = connection;
  const privileges = await Privileges.read(connection);
  const has = (privilege: string): boolean => privileges.everywhere(privilege);
  return server.flavour === 'mariadb'
    ? has('RELOAD') && (server.major > 10 || (server.major === 10 && server.minor >= 5))
    : has('RELOAD') && has('BACKUP_ADMIN') && server.major >= 8;
}

/**
 * Takes the snapshot under the server's backup lock: all workers see one moment, and commits are held back for
 * milliseconds when every table is transactional. Definitions are read beforehand, and again only when they have changed.
 */
export async function takeCoordinatedSnapshot<Schema>(
  connection: ServerConnection,
  steps: SnapshotSteps<Schema>,
): Promise<TakenSnapshot<Schema>> {
  const take = connection.server.flavour === 'mariadb' ? takeInBackupStage : takeUnderInstanceLock;
  const schema = await steps.readSchema();
  try {
    return await underIdleLimit(connection, IDLE_SECONDS.blocksWrites, () => take(connection, steps, schema));
  } catch (error) {
    throw backupLockError(error, connection);
  }
}

/**
 * MariaDB keeps others from changing definitions until commits go on.
 *
 * @see https://mariadb.com/kb/en/backup-stage/
 */
async function takeInBackupStage<Schema>(
  connection: ServerConnection,
  steps: SnapshotSteps<Schema>,
  described: Schema,
): Promise<TakenSnapshot<Schema>> {
  let schema = described;
  let lockedAt = 0;
  const take = async (): Promise<void> => {
    await connection.query('BACKUP STAGE START');
    await connection.query('BACKUP STAGE BLOCK_DDL');
    schema = await asItStands(schema, steps);
    lockedAt = performance.now();
    await connection.query('BACKUP STAGE BLOCK_COMMIT');
  };
  await takeInTurns(connection, take, () => letGo(connection, ['BACKUP STAGE END']));
  const coordinates = await readMoment(connection, steps, schema, 'possible');
  await connection.query('BACKUP STAGE END');
  return { schema, record: snapshotRecord(lockedAt, coordinates) };
}

/**
 * MySQL's instance lock stays until the connection ends: what stands after the moment is what stood at it. Whoever waits for it
 * to change a definition has a share of the global lock, so that goes first: with the instance lock in hand, asking for the
 * global one would be a deadlock, which the server ends by failing the other's statement.
 *
 * @see https://dev.mysql.com/doc/refman/9.7/en/lock-instance-for-backup.html
 */
async function takeUnderInstanceLock<Schema>(
  connection: ServerConnection,
  steps: SnapshotSteps<Schema>,
  described: Schema,
): Promise<TakenSnapshot<Schema>> {
  let lockedAt = 0;
  const take = async (): Promise<void> => {
    lockedAt = performance.now();
    await connection.query('FLUSH TABLES WITH READ LOCK');
    await connection.query('LOCK INSTANCE FOR BACKUP');
  };
  const letBothGo = (): Promise<void> => letGo(connection, ['UNLOCK TABLES', 'UNLOCK INSTANCE']);
  await takeInTurns(connection, take, letBothGo);
  const copiesTables = steps.lockedTables(described).length > 0;
  const schema = copiesTables ? await asItStands(described, steps) : described;
  const coordinates = await readMoment(connection, steps, schema, 'blocked');
  await connection.query('UNLOCK TABLES');
  const record = snapshotRecord(lockedAt, coordinates);
  if (copiesTables) {
    return { schema, record };
  }
  const standing = await asItStands(schema, steps);
  if (steps.lockedTables(standing).length === 0) {
    return { schema: standing, record };
  }
  // a table without transactions has come, which has to be copied while nobody writes
  await letBothGo();
  return takeUnderInstanceLock(connection, steps, standing);
}

async function asItStands<Schema>(schema: Schema, steps: SnapshotSteps<Schema>): Promise<Schema> {
  return (await steps.isUnchanged(schema)) ? schema : steps.readSchema();
}

/** What has to happen while nobody commits. */
async function readMoment<Schema>(
  connection: ServerConnection,
  steps: SnapshotSteps<Schema>,
  schema: Schema,
  changes: 'possible' | 'blocked',
): Promise<Coordinates> {
  await steps.beginSnapshots(schema, changes);
  const coordinates = await readCoordinates(connection);
  await steps.readSequences(schema);
  if (steps.lockedTables(schema).length > 0) {
    await steps.copyLocked(schema);
  }
  return coordinates;
}

async function letGo(connection: ServerConnection, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    // an attempt may have failed before there was anything to let go
    await connection.query(statement).catch(() => []);
  }
}

function snapshotRecord(lockedAt: number, coordinates: Coordinates): SnapshotRecord {
  const lockMilliseconds = Math.round((performance.now() - lockedAt) * 10) / 10;
  return { consistency: 'parallel', lockMilliseconds, ...coordinates };
}
