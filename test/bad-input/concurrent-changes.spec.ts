import { failureOf } from '../support/bad-input-refusal.js';
import { Site } from '../support/bad-input-site.js';

// a machine that is busy with other things
jest.setTimeout(30_000);

/** Slow enough that a table of a few megabytes takes a second: time for somebody to interfere. */
const SLOWLY = { compression: 'zstd:17', threads: 1 } as const;

describe('others who are at work meanwhile', () => {
  let site: Site;

  beforeAll(async () => {
    site = await Site.open();
    await site.database.query('CREATE TABLE archive (id INT PRIMARY KEY, body VARCHAR(1000))');
    await site.database.query('INSERT INTO archive SELECT seq, REPEAT(SHA2(seq, 512), 7) FROM seq_1_to_12000');
    await site.database.query('ANALYZE TABLE archive');
  });

  beforeEach(async () => {
    // the last one to be read, being the smallest
    await site.database.query('CREATE TABLE last_one (id INT PRIMARY KEY, note VARCHAR(20))');
    await site.database.query("INSERT INTO last_one VALUES (1, 'here')");
  });

  afterEach(() => site.database.query('DROP TABLE IF EXISTS last_one'));

  afterAll(() => site.close());

  const changed = (): string =>
    `Table ${site.database.name}.last_one was changed or dropped while it was backed up: nothing was kept; run the backup again when no migration runs.`;

  /** Runs a statement while the archive is being read; resolves with whether it was in time. */
  async function backUpDuring(statement: string): Promise<unknown> {
    let interference: Promise<unknown> = Promise.resolve();
    site.events.once('backup.progress', () => {
      interference = site.database.query(statement);
    });
    try {
      return await site.backups.createBackup('database', SLOWLY);
    } finally {
      await interference;
    }
  }

  it.each([
    ['dropped', 'DROP TABLE last_one'],
    ['altered', 'ALTER TABLE last_one ADD COLUMN more INT NOT NULL DEFAULT 7, ALGORITHM=COPY'],
    ['renamed', 'RENAME TABLE last_one TO archive_2'],
    ['stripped of a column', 'ALTER TABLE last_one DROP COLUMN note'],
    ['given a column in an instant', 'ALTER TABLE last_one ADD COLUMN more INT NOT NULL DEFAULT 7, ALGORITHM=INSTANT'],
    [
      'put in the place of another',
      "CREATE TABLE archive_2 LIKE last_one; INSERT INTO archive_2 VALUES (2, 'other'); RENAME TABLE last_one TO away, archive_2 TO last_one, away TO archive_2",
    ],
    ['dropped and made again', 'DROP TABLE last_one; CREATE TABLE last_one (id INT PRIMARY KEY, note VARCHAR(20))'],
  ])('a table that is %s during the dump fails it, and nothing of it is kept', async (_what, statement) => {
    const stored = (await site.state()).stored;
    const error = await failureOf(() => backUpDuring(statement));
    expect(error.message).toBe(changed());
    expect(error.code).toBe('table_changed');
    expect((await site.state()).stored).toEqual(stored);
    const [row] = await site.backups.listBackups({ limit: 1 });
    expect(row).toMatchObject({ status: 'failed', errorMessage: changed() });
    await site.database.query('DROP TABLE IF EXISTS archive_2');
  });

  it.each(['backup', 'restore'] as const)('a %s of a database that is being backed up is refused', async (second) => {
    const earlier = await site.backups.createBackup('database');
    let refused: Promise<void> = Promise.reject(new Error('there was no progress'));
    refused.catch(() => undefined);
    site.events.once('backup.progress', () => {
      refused = (async () => {
        const attempt = () =>
          second === 'backup' ? site.backups.createBackup('database') : site.backups.restore(earlier);
        const error = await failureOf(attempt);
        expect(error.message).toBe(
          `Another backup or restore of database ${site.database.name} is running: wait for it, or cancel it, then try again.`,
        );
        expect(error.code).toBe('busy');
      })();
    });
    const id = await site.backups.createBackup('database', SLOWLY);
    await refused;
    await site.backups.verifyBackup(id);
    const table = second === 'backup' ? 'backup_history' : 'backup_restore_log';
    const [row] = await site.database.query(`SELECT status FROM ${table} ORDER BY id DESC LIMIT 1`);
    expect(row).toEqual({ status: 'failed' });
  });

  it('a backup of a database that is being restored is refused, and the restore goes on', async () => {
    const id = await site.backups.createBackup('database');
    const before = await site.state();
    let refused: Promise<void> = Promise.reject(new Error('nothing was staged'));
    refused.catch(() => undefined);
    site.events.once('restore.started', () => {
      refused = expect(site.backups.createBackup('database')).rejects.toMatchObject({
        code: 'busy',
        message: `Another backup or restore of database ${site.database.name} is running: wait for it, or cancel it, then try again.`,
      });
    });
    await site.backups.restore(id);
    await refused;
    expect((await site.state()).tables).toEqual(before.tables);
  });

  describe('partitions', () => {
    beforeEach(() =>
      site.database.query(`
        DROP TABLE last_one;
        CREATE TABLE last_one (id INT PRIMARY KEY) PARTITION BY RANGE (id)
          (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN (20));
        INSERT INTO last_one VALUES (1), (11);
        CREATE TABLE archive_2 (id INT PRIMARY KEY);
        INSERT INTO archive_2 VALUES (12)`),
    );

    afterEach(() => site.database.query('DROP TABLE archive_2'));

    it.each([
      ['exchanged for a table', 'ALTER TABLE last_one EXCHANGE PARTITION high WITH TABLE archive_2'],
      ['dropped', 'ALTER TABLE last_one DROP PARTITION high'],
    ])('that are %s during the dump fail it', async (_what, statement) => {
      const error = await failureOf(() => backUpDuring(statement));
      expect(error.code).toBe('table_changed');
    });
  });

  it('a table that has been read can be changed while another one is being read', async () => {
    let change: Promise<unknown> = Promise.reject(new Error('there was no progress'));
    change.catch(() => undefined);
    let hasTried = false;
    site.events.on('backup.progress', ({ fraction }: { fraction: number }) => {
      if (fraction > 0.5 && !hasTried) {
        hasTried = true;
        change = site.database.query("ALTER TABLE last_one NOWAIT COMMENT 'read by the other thread'");
      }
    });
    try {
      await site.backups.createBackup('database', { ...SLOWLY, threads: 2 }).catch(() => undefined);
      await expect(change).resolves.toEqual([]);
    } finally {
      site.events.removeAllListeners('backup.progress');
    }
  });
});
