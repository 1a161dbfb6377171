import type { BackupService, DoctorLine } from '@app/backup';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { startRedis, type ThrowawayRedis } from '../support/redis-server.js';
import { startScheduleProcess, type ScheduleProcess } from '../support/schedule-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

// a worker that stands still with what it has just taken up keeps it for its lease, and others look again after 20 s
jest.setTimeout(60_000);

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
    for (const worker of workers) {
      worker.signal('SIGCONT');
      worker.signal('SIGTERM');
    }
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

  /** Resolves when a worker has ended an operation as an error, and taken back what it had begun. */
  const ended = (worker: ScheduleProcess, backupid: string): Promise<true> =>
    worker.next(({ change }) => (change?.backupid === backupid && change.to === FINISHED_ERR ? true : undefined));

  const allOver = async (): Promise<void> => {
    const running = `SELECT backupid FROM backup_controllers WHERE status < ?
      UNION ALL SELECT backupid FROM backup_history WHERE status IN ('pending', 'running')`;
    while ((await database.query(running, [FINISHED_ERR])).length > 0) await database.query('SELECT SLEEP(0.1)');
  };

  /** Whoever ends an operation says why a moment later. */
  const reasonOf = async (backupid: string): Promise<string> => {
    for (;;) {
      const { error } = await web.backups.getOperationDetails(backupid);
      if (error !== null) return error;
    }
  };

  /** Those that are over as an error; the others are done, each with one set. */
  const failedOf = async (started: readonly string[]): Promise<string[]> => {
    const operations = (await web.backups.listOperations({ operation: 'backup' })).filter(({ backupid }) =>
      started.includes(backupid),
    );
    const failed = operations.filter(({ status }) => status === FINISHED_ERR).map(({ backupid }) => backupid);
    expect(operations.filter(({ status }) => status === FINISHED_OK)).toHaveLength(started.length - failed.length);
    expect(failed.length).toBeLessThanOrEqual(AT_ONCE);
    for (const backupid of failed)
      expect(await reasonOf(backupid)).toMatch(/had been interrupted|gave no sign of life/);
    const completed = await web.backups.listBackups({ status: 'completed' });
    const sets = (await folder.files()).filter((file) => file.endsWith('/manifest.json'));
    expect(sets.toSorted()).toEqual(completed.map(({ backupName }) => `${backupName}/manifest.json`).toSorted());
    expect(completed.filter(({ backupid }) => started.includes(backupid ?? ''))).toHaveLength(
      started.length - failed.length,
    );
    return failed;
  };

  const written = async (): Promise<unknown> => [
    await folder.files(),
    await database.query('SELECT * FROM backup_history ORDER BY id'),
    await database.query('SELECT * FROM backup_controllers ORDER BY id'),
  ];

  const queueFinding = async (): Promise<DoctorLine | undefined> =>
    (await web.backups.examine()).lines.find(({ check }) => check === 'queue');

  it('are seen by the doctor, with those who do them', async () => {
    expect(await queueFinding()).toMatchObject({
      status: 'ok',
      message: `The queue at 127.0.0.1:${String(redis.port)} answers: 2 workers; 0 operations wait in it.`,
    });
  });

  it('are done by others when a worker stands still past its lease: what it had begun fails, and it writes nothing when it wakes up', async () => {
    const [stopped] = workers;
    const first = begun(stopped);
    const started = await Promise.all(Array.from({ length: 3 }, () => start(web.backups)));
    const victim = await first;
    stopped.signal('SIGSTOP');
    await allOver();

    const failed = await failedOf(started);
    expect(failed).toContain(victim);
    const before = await written();
    const noticed = failed.map((backupid) => ended(stopped, backupid));
    stopped.signal('SIGCONT');
    await Promise.all(noticed);
    expect(await written()).toEqual(before);
  });

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
    const started = await Promise.all(Array.from({ length: 3 }, () => start(web.backups)));
    await first;
    killed.signal('SIGKILL');
    await watched;
    await allOver();

    const failed = await failedOf(started);
    // another one may have been begun without a chance to say so
    expect(failed).toEqual(expect.arrayContaining([...victims]));
    expect(failed.length).toBeGreaterThan(0);
  });

  it('can be cancelled by whoever handed them over', async () => {
    const executing = begun(workers[1]);
    const backupid = await start(web.backups);
    expect(await executing).toBe(backupid);
    const taken = ended(workers[1], backupid);
    expect(await web.backups.cancelOperation(backupid)).toBe(true);
    await taken;
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

  it('wait in the catalog while Redis is away, where workers look for them, and the doctor says so', async () => {
    await redis.kill();
    expect(await queueFinding()).toMatchObject({
      status: 'error',
      message: expect.stringContaining('does not answer'),
    });
    const backupid = await web.backups.startOperation({ operation: 'cleanup' });
    expect(await web.backups.getOperation(backupid)).toMatchObject({ status: AWAITING });

    // as if half a minute had passed
    await database.query('UPDATE backup_controllers SET executiontime = executiontime - 30 WHERE backupid = ?', [
      backupid,
    ]);
    expect(await web.backups.runDueOperations()).toMatchObject([{ backupid, outcome: 'completed' }]);
    await redis.start();
  });
});
