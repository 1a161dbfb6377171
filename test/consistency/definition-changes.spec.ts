import { createConnection, type Connection } from 'mysql2/promise';
import { takeCoordinatedSnapshot } from '../../libs/backup/src/database/coordinated-snapshot.js';
import { ServerConnection } from '../../libs/backup/src/database/server-connection.js';
import type { SnapshotSteps } from '../../libs/backup/src/database/snapshot.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeEachServer } from '../support/test-server.js';

const NOTHING = (): Promise<void> => Promise.resolve();

describeEachServer('A statement that changes a definition while a snapshot is taken', (server) => {
  let database: TestDatabase;
  let backup: ServerConnection;
  let application: Connection;

  beforeAll(async () => {
    database = await createTestDatabase('changes', server.url);
    await database.query('CREATE TABLE changing (id INT PRIMARY KEY)');
    const { hostname, port, username, password } = new URL(database.url);
    backup = await ServerConnection.open({ host: hostname, port: Number(port), user: username, password });
    application = await createConnection(database.url);
  });

  afterAll(async () => {
    await application.end();
    await backup.end();
    await database.drop();
  });

  /** Resolves when the statement waits for the backup. */
  async function isWaiting(): Promise<void> {
    const waiting = "SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = ? AND STATE LIKE 'Waiting for backup%'";
    while ((await database.query(waiting, [application.threadId])).length === 0);
  }

  it('waits for it and is carried out', async () => {
    const ended: Promise<unknown>[] = [];
    const steps: SnapshotSteps<string> = {
      readSchema: () => Promise.resolve('as described'),
      isUnchanged: async () => {
        ended.push(application.query('ALTER TABLE changing ADD COLUMN later INT').catch((error: unknown) => error));
        await isWaiting();
        return true;
      },
      lockedTables: () => [],
      beginSnapshots: () => Promise.resolve(null),
      dropSnapshots: NOTHING,
      readSequences: NOTHING,
      copyLocked: NOTHING,
    };
    await takeCoordinatedSnapshot(backup, steps);
    await backup.end();
    expect(await Promise.all(ended)).not.toContainEqual(expect.any(Error));
    expect(await database.query("SHOW COLUMNS FROM changing LIKE 'later'")).toHaveLength(1);
  });
});
