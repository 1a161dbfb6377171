import { createConnection } from 'mysql2/promise';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { EventRecorder } from './event-recorder.js';
import { createBackupFolder, startModuleHost, type BackupFolder } from './module-host.js';

describe('Closing the application during a backup', () => {
  let database: TestDatabase;
  let folder: BackupFolder;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    // many ranges, so that there is a lot to do when the first one is done
    await database.query('CREATE TABLE big (id INT PRIMARY KEY, filler VARCHAR(1000))');
    await database.query("INSERT INTO big SELECT seq, REPEAT('x', 1000) FROM seq_1_to_30000");
    await database.query('ANALYZE TABLE big');
  });

  afterAll(async () => {
    await folder.remove();
    await database.drop();
  });

  /** Sockets, and what threads talk through. */
  const openHandles = (): string[] =>
    process.getActiveResourcesInfo().filter((kind) => /TCPSocketWrap|MessagePort|Worker/.test(kind));

  it('cancels it: nothing stays in storage, its row says failed, and no connection or thread is left', async () => {
    const before = openHandles();
    const { app, backUp } = await startModuleHost(
      database.url,
      { storage: folder.url, rangeBytes: 256 * 1024, threads: 2, shutdownGraceSeconds: 0 },
      { providers: [EventRecorder] },
    );
    const events = app.get(EventRecorder);
    const isUnderWay = events.next('backup.progress');
    const outcome = backUp().catch((error: unknown) => error);
    await isUnderWay;

    await app.close();

    expect(await outcome).toMatchObject({ code: 'cancelled', message: 'The application is shutting down.' });
    expect(events.names()).toEqual(['backup.started', 'backup.progress', 'backup.cancelled']);
    expect(await folder.files()).toEqual([]);
    expect(await database.query('SELECT status, error_message, checksum FROM backup_history')).toEqual([
      { status: 'failed', error_message: 'The application is shutting down.', checksum: null },
    ]);
    expect(await database.query('SELECT operation, status FROM backup_controllers')).toEqual([
      { operation: 'backup', status: 900 },
    ]);
    expect(openHandles()).toEqual(before);
    const sessions = 'SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()';
    expect(await database.query(sessions)).toEqual([]);
  });

  it('does not wait for a lock that the backup waits for', async () => {
    const { app, backUp } = await startModuleHost(database.url, { storage: folder.url, shutdownGraceSeconds: 0 });
    const holder = await createConnection(database.url);
    try {
      await holder.query('BACKUP STAGE START');
      const outcome = backUp().catch((error: unknown) => error);
      // backups of other tests wait for this server's lock too
      const waiting = `SELECT id FROM information_schema.processlist WHERE info = 'BACKUP STAGE START'
        AND EXISTS (SELECT id FROM backup_controllers WHERE status = 800)`;
      while ((await database.query(waiting)).length === 0);

      await app.close();
      expect(await outcome).toMatchObject({ code: 'cancelled' });
    } finally {
      await holder.end();
    }
    // half of the time that the server would make it wait
  }, 15_000);

  it('lets it end in the time of grace', async () => {
    const { app, backUp } = await startModuleHost(
      database.url,
      { storage: folder.url, rangeBytes: 256 * 1024, threads: 2, shutdownGraceSeconds: 50 },
      { providers: [EventRecorder] },
    );
    const isUnderWay = app.get(EventRecorder).next('backup.progress');
    const outcome = backUp();
    await isUnderWay;

    const closed = app.close();
    await expect(outcome).resolves.toEqual(expect.any(Number));
    await closed;
    expect(await database.query('SELECT status FROM backup_history ORDER BY id DESC LIMIT 1')).toEqual([
      { status: 'completed' },
    ]);
  });

  it('leaves nothing that would hinder the next start', async () => {
    const { app, backups, backUp } = await startModuleHost(database.url, { storage: folder.url, threads: 2 });
    try {
      expect(await backups.recover()).toEqual([]);
      const id = await backUp();
      await backups.verifyBackup(id);
      expect((await backups.getBackup(id)).verified).toBe(true);
    } finally {
      await app.close();
    }
  });
});
