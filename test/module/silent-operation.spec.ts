import { createConnection } from 'mysql2/promise';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from './module-host.js';

describe('An operation whose process still holds its lock', () => {
  const backupid = 'ab'.repeat(16);
  let database: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    host = await startModuleHost(database.url, { storage: folder.url, leaseSeconds: 30 });
  });

  afterAll(async () => {
    await host.app.close();
    await folder.remove();
    await database.drop();
  });

  afterEach(() => database.query('DELETE FROM backup_controllers'));

  const record = (silentSeconds: number): Promise<unknown> =>
    database.query(
      `INSERT INTO backup_controllers (backupid, checksum, controller, operation, type, format, purpose, status, execution, created_at, updated_at)
       VALUES (?, MD5('{}'), '{}', 'verify', 'site', 'native', 10, 800, 1, UNIX_TIMESTAMP(), UNIX_TIMESTAMP() - ?)`,
      [backupid, silentSeconds],
    );

  it('is ended, and the session with the lock too, when it gave no sign of life for longer than the lease', async () => {
    const holder = await createConnection(database.url);
    const closed = new Promise((resolve) => holder.once('error', resolve));
    await holder.query('SELECT GET_LOCK(?, 0)', [`nestjs-backup:op:${backupid}`]);
    await record(31);

    expect(await host.backups.recover()).toContain(`Operation ${backupid} gave no sign of life for 30 s and was ended`);
    expect(await host.backups.getOperationDetails(backupid)).toMatchObject({
      status: 900,
      errorCode: 'interrupted',
      error: `Operation ${backupid} gave no sign of life for 30 s and was ended`,
    });
    await closed;
    holder.destroy();
  });

  it('is left alone within the lease', async () => {
    const holder = await createConnection(database.url);
    try {
      await holder.query('SELECT GET_LOCK(?, 0)', [`nestjs-backup:op:${backupid}`]);
      await record(20);
      expect(await host.backups.recover()).toEqual([]);
      expect(await host.backups.getOperation(backupid)).toMatchObject({ status: 800 });
    } finally {
      await holder.end();
    }
  });
});
