import type { BackupService } from '@app/backup';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { startRedis, type ThrowawayRedis } from '../support/redis-server.js';
import { startScheduleProcess, type ScheduleProcess } from '../support/schedule-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

// a machine that is busy with other things
jest.setTimeout(120_000);

const AWAITING = 700;
const EXECUTING = 800;
const FINISHED_ERR = 900;
const FINISHED_OK = 1000;
/** What a worker carries out at once, unless its options say otherwise. */
const AT_ONCE = 2;

describe('Operations that an application hands to workers through Redis', () => {
  let redis: ThrowawayRedis;
  let database: TestDatabase;
  let folder: BackupFolder;
  let web: ModuleHost;
  let workers: ScheduleProcess[];

  beforeAll(async () => {
    redis = await startRedis();
    database = await createTestDatabase();
    folder = await createBackupFolder();
    await database.query('CREATE TABLE orders (id INT PRIMARY KEY, note TEXT)');
    await database.query('INSERT INTO orders SELECT seq, CONCAT(SHA2(seq, 512), SHA2(-seq, 512)) FROM seq_1_to_4000');
    const queue = { driver: 'bullmq', connection: redis.url, worker: false } as const;
    web = await startModuleHost(database.url, { storage: folder.url, leaseSeconds: 3, queue });
    workers = await Promise.all([startWorker(), startWorker()]);
  });

  afterAll(async () => {
    for (const worker of workers) worker.signal('SIGTERM');
    await Promise.all(workers.map(({ ended }) => ended));
    await web.app.close();
    await folder.remove();
    await database.drop();
    await redis.stop();
  });

  const startWorker = async (): Promise<ScheduleProcess> => {
    const settings = { databaseUrl: database.url, storageUrl: folder.url, leaseSeconds: 3, redisUrl: redis.url };
    return (await startScheduleProcess(settings)).host;
  };

  /** A backup that takes a while. */
  const start = (backups: BackupService): Promise<string> =>
    backups.startOperation({ operation: 'backup', type: 'database', settings: { compression: 'zstd:19' } });

  /** The first of its operations that a worker begins. */
  const begun = (worker: ScheduleProcess): Promise<string> =>
    worker.next(({ change }) => (change?.to === EXECUTING ? change.backupid : undefined));

  const allOver = async (): Promise<void> => {
    const running = 'SELECT backupid FROM backup_controllers WHERE status < ?';
    while ((await database.query(running, [FINISHED_ERR])).length > 0) await database.query('SELECT SLEEP(0.1)');
  };

  it('are carried out once each, when a worker is killed too: what it had begun fails, others do the rest', async () => {
    const [killed] = workers;
    const victims = new Set<string>();
    const watched = killed
      .next(({ change }) => {
        if (change?.to === EXECUTING) victims.add(change.backupid);
        return undefined;
      })
      .catch(() => undefined);
    const first = begun(killed);
    const started = await Promise.all(Array.from({ length: 4 }, () => start(web.backups)));
    await first;
    killed.signal('SIGKILL');
    await watched;
    await allOver();

    const operations = await web.backups.listOperations({ operation: 'backup' });
    expect(operations.map(({ backupid }) => backupid).sort()).toEqual(started.toSorted());
    const failed = operations.filter(({ status }) => status === FINISHED_ERR).map(({ backupid }) => backupid);
    expect(operations.filter(({ status }) => status !== FINISHED_OK)).toHaveLength(failed.length);
    // another one may have been begun without a chance to say so
    expect(failed).toEqual(expect.arrayContaining([...victims]));
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThanOrEqual(AT_ONCE);
    for (const backupid of failed) {
      const { error } = await web.backups.getOperationDetails(backupid);
      expect(error).toMatch(/had been interrupted|gave no sign of life/);
    }
    const sets = (await folder.files()).filter((file) => file.endsWith('/manifest.json'));
    expect(sets).toHaveLength(started.length - failed.length);
    expect(await web.backups.listBackups({ status: 'completed' })).toHaveLength(sets.length);
  });

  it('can be cancelled by whoever handed them over', async () => {
    const executing = begun(workers[1]);
    const backupid = await start(web.backups);
    expect(await executing).toBe(backupid);
    expect(await web.backups.cancelOperation(backupid)).toBe(true);
    await allOver();
    expect(await web.backups.getOperation(backupid)).toMatchObject({ status: FINISHED_ERR });
    expect(await web.backups.listBackups({ status: 'running' })).toEqual([]);
  });

  it('are refused beforehand when they cannot work', async () => {
    const verify = { operation: 'verify', backupId: 4711 } as const;
    await expect(web.backups.startOperation(verify)).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      web.backups.startOperation({ operation: 'backup', type: 'database' }, { passphrase: 'correct horse' }),
    ).rejects.toMatchObject({ code: 'invalid_option', message: expect.stringContaining('passphrase') });
  });

  it('wait in the catalog while Redis is away, where workers look for them', async () => {
    await redis.kill();
    const backupid = await start(web.backups);
    expect(await web.backups.getOperation(backupid)).toMatchObject({ status: AWAITING });

    // as if half a minute had passed
    await database.query('UPDATE backup_controllers SET executiontime = executiontime - 30 WHERE backupid = ?', [
      backupid,
    ]);
    expect(await web.backups.runDueOperations()).toMatchObject([{ backupid, outcome: 'completed' }]);
    await redis.start();
  });
});
