import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { startHost, type RunningHost } from '../support/crash-host.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeEachServer } from '../support/test-server.js';

describeEachServer('a process that is stopped while everybody waits for its backup', (server) => {
  let database: TestDatabase;
  let storageFolder: string;

  beforeAll(async () => {
    database = await createTestDatabase('stopped', server.url);
    storageFolder = await mkdtemp(join(tmpdir(), 'nestjs-backup-stopped-'));
    // copied under the lock, and slowly
    await database.query('CREATE TABLE visits (id INT PRIMARY KEY, page TEXT) ENGINE=MyISAM');
    const row = (id: number): string => `(${String(id)}, REPEAT(SHA2(${String(id)}, 256), 100))`;
    await database.query(`INSERT INTO visits VALUES ${Array.from({ length: 300 }, (_, id) => row(id)).join(', ')}`);
  });

  afterAll(async () => {
    await database.drop();
    await rm(storageFolder, { recursive: true, force: true });
  });

  it('loses its lock within seconds, and its backup fails when it goes on', async () => {
    const host = startHost({ databaseUrl: database.url, storageFolder }, [
      'backup:create',
      '--type=database',
      '--max-rate=0.2',
      '--json',
    ]);
    const writer = await createConnection(database.url);
    try {
      await lockHeld(database, host);
      host.signal('SIGSTOP');
      const stoppedAt = performance.now();
      await writer.query('SET SESSION lock_wait_timeout=60');
      await writer.query("INSERT INTO visits VALUES (1000, '')");
      expect(performance.now() - stoppedAt).toBeLessThan(20_000);

      host.signal('SIGCONT');
      const { exitCode, stderr } = await host.ended;
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/connection|lost|closed/i);
      expect(await database.query("SELECT id FROM backup_history WHERE status <> 'failed'")).toEqual([]);
    } finally {
      host.signal('SIGKILL');
      await writer.end();
    }
  });
});

/** Waits until a write has to wait. */
async function lockHeld(database: TestDatabase, host: RunningHost): Promise<void> {
  const write = 'SET SESSION lock_wait_timeout=1; UPDATE visits SET page = page WHERE id = 1';
  while (!host.hasEnded()) {
    const isLocked = await database.query(write).then(
      () => false,
      () => true,
    );
    if (isLocked) return;
    await database.query('SELECT SLEEP(0.05)');
  }
  throw new Error(`The backup ended: ${(await host.ended).stderr}`);
}
