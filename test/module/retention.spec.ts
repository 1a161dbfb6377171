import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BackupHistoryRepository,
  BackupScheduleRepository,
  type BackupHistory,
  type RestoreOptions,
} from '@app/backup';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from './module-host.js';

const DAY = 86_400_000;

/** What is said to an operation that reads a backup. */
type RunningRead = Pick<RestoreOptions, 'maxRate' | 'signal' | 'onStarted'>;

/** Storage, catalog and application that a file's tests share; each finds them empty. */
class RetentionSite {
  private constructor(
    readonly database: TestDatabase,
    readonly folder: BackupFolder,
    readonly host: ModuleHost,
  ) {}

  static async open(retention: Parameters<typeof startModuleHost>[1]['retention']): Promise<RetentionSite> {
    const database = await createTestDatabase();
    const folder = await createBackupFolder();
    await database.query('CREATE TABLE orders (id INT PRIMARY KEY); INSERT INTO orders VALUES (1), (2)');
    const host = await startModuleHost(database.url, { storage: folder.url, undoHours: 0, retention });
    return new RetentionSite(database, folder, host);
  }

  async close(): Promise<void> {
    try {
      await this.host.app.close();
    } finally {
      await this.folder.remove();
      await this.database.drop();
    }
  }

  async empty(): Promise<void> {
    await this.database.query(
      'DELETE FROM backup_restore_log; DELETE FROM backup_history; DELETE FROM backup_schedule; DELETE FROM backup_controllers',
    );
    for (const name of await this.sets()) await rm(join(this.folder.path, name), { recursive: true });
  }

  /** What retention sees of a completed backup: a row, and a set with a manifest in storage. */
  async backup(createdAt: string | Date, more: Partial<BackupHistory> = {}): Promise<number> {
    const time = new Date(createdAt);
    const stamp = time.toISOString().replace(/[-:]|\.\d+/g, '');
    const backupName = `${stamp}-database-${Math.random().toString(16).slice(2, 8).padEnd(6, '0')}`;
    await this.set(backupName, 'manifest.json');
    return this.host.app.get(BackupHistoryRepository).insert({
      backupType: 'database',
      backupName,
      filePath: backupName,
      fileSize: 1000,
      status: 'completed',
      createdAt: time,
      tablesIncluded: [`${this.database.name}.orders`],
      ...more,
    });
  }

  /** Puts a folder with one object into storage. */
  async set(name: string, object: string): Promise<string> {
    await mkdir(join(this.folder.path, name));
    await writeFile(join(this.folder.path, name, object), 'x');
    return join(this.folder.path, name, object);
  }

  /** Names of the folders in storage, sorted. */
  async sets(): Promise<string[]> {
    return [...new Set((await this.folder.files()).map((file) => file.split('/')[0]))].sort();
  }

  async namesOf(...ids: number[]): Promise<string[]> {
    const rows = await Promise.all(ids.map((id) => this.host.backups.getBackup(id)));
    return rows.map(({ backupName }) => backupName).sort();
  }

  async decisions(): Promise<Record<string, readonly string[]>> {
    const { backups } = await this.host.backups.planCleanup();
    return Object.fromEntries(backups.map(({ id, decision, reasons }) => [`${decision} ${String(id)}`, reasons]));
  }
}

describe('Retention by days', () => {
  let site: RetentionSite;
  let host: ModuleHost;

  beforeAll(async () => {
    site = await RetentionSite.open({ days: 30 });
    host = site.host;
  });

  afterEach(() => site.empty());
  afterAll(() => site.close());

  /** A backup whose last day was that many days ago. */
  const expired = (daysAgo: number, more: Partial<BackupHistory> = {}): Promise<number> => {
    const day = new Date(Date.now() - daysAgo * DAY);
    return site.backup(day, { expiresAt: day.toISOString().slice(0, 10), ...more });
  };

  it('gives a backup its last day: from its own days, else the module’s, else none', async () => {
    const expected = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
    const lastDay = async (options: { retentionDays?: number | null }): Promise<unknown[]> => {
      const { retentionDays, expiresAt } = await host.backups.getBackup(await host.backUp(options));
      return [retentionDays, expiresAt];
    };
    const [before30, before7] = [expected(30), expected(7)];
    const results = [await lastDay({}), await lastDay({ retentionDays: 7 }), await lastDay({ retentionDays: null })];

    // midnight may pass meanwhile
    expect([before30, expected(30)]).toContain(results[0][1]);
    expect([before7, expected(7)]).toContain(results[1][1]);
    expect(results.map(([days]) => days)).toEqual([30, 7, null]);
    expect(results[2][1]).toBeNull();
  });

  it('deletes what has expired, keeps the newest and the newest verified, and leaves the rest alone', async () => {
    const old = await expired(9);
    const verified = await expired(8, { verified: true, verifiedAt: new Date() });
    const pinned = await expired(7, { pinned: true });
    const older = await expired(6);
    const newest = await expired(5);

    const plan = await host.backups.planCleanup();
    const result = await host.backups.cleanupExpired();

    expect(result.plan).toEqual(plan);
    expect(plan.backups.map(({ id, decision, reasons }) => [id, decision, ...reasons])).toEqual([
      [newest, 'keep', 'newest'],
      [older, 'delete', 'no rule keeps it'],
      [pinned, 'keep', 'pinned'],
      [verified, 'keep', 'newest verified'],
      [old, 'delete', 'no rule keeps it'],
    ]);
    expect(result).toMatchObject({ deleted: [older, old], freedBytes: 2000, swept: [] });
    expect(await site.sets()).toEqual(await site.namesOf(verified, pinned, newest));
    expect((await host.backups.getBackup(old)).status).toBe('deleted');
    await expect(host.backups.restore(old)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('keeps the only backup however long ago it expired, and finds nothing to do a second time', async () => {
    const only = await expired(400);
    for (const attempt of [1, 2]) {
      const { deleted, freedBytes } = await host.backups.cleanupExpired();
      expect([attempt, deleted, freedBytes]).toEqual([attempt, [], 0]);
    }
    expect((await host.backups.getBackup(only)).status).toBe('completed');
  });

  it('keeps a pinned backup until it is unpinned', async () => {
    const id = await expired(9);
    await expired(8);
    const pinned = await host.backups.pin(id, '  before\nthe upgrade ');
    expect(pinned).toMatchObject({ id, pinned: true, pinnedReason: 'before the upgrade' });
    expect((await host.backups.cleanupExpired()).deleted).toEqual([]);
    await expect(host.backups.deleteBackup(id)).rejects.toThrow(
      `Backup ${String(id)} is pinned (before the upgrade): unpin it before deleting it.`,
    );

    expect(await host.backups.unpin(id)).toMatchObject({ pinned: false, pinnedReason: null });
    expect((await host.backups.cleanupExpired()).deleted).toEqual([id]);
    await expect(host.backups.pin(id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(host.backups.unpin(id + 1000)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('takes no reason for a pin that is longer than its column', async () => {
    const id = await expired(9);
    await host.backups.pin(id, 'é'.repeat(255));
    await expect(host.backups.pin(id, 'x'.repeat(256))).rejects.toMatchObject({
      code: 'invalid_option',
      message: 'The reason has 256 characters: use 255 at most.',
    });
  });

  it('sweeps sets that never completed once they are a day old, and nothing that is not a set', async () => {
    const sets = { old: '20200101T000000Z-database-abcdef', young: '20200101T000000Z-database-fedcba' };
    const object = await site.set(sets.old, 'schema.sql.zst');
    await site.set(sets.young, 'schema.sql.zst');
    await site.set('lost+found', 'schema.sql.zst');
    const yesterday = new Date(Date.now() - DAY - 60_000);
    await utimes(object, yesterday, yesterday);

    expect((await host.backups.planCleanup()).unfinishedSets).toEqual([sets.old]);
    expect((await host.backups.cleanupExpired()).swept).toEqual([sets.old]);
    expect(await site.sets()).toEqual([sets.young, 'lost+found']);
  });

  it('sweeps what rotations that were killed left of a key once it is a day old', async () => {
    const [encrypted] = await site.namesOf(await expired(9, { encryption: true, pinned: true }));
    const [open] = await site.namesOf(await expired(8));
    const yesterday = new Date(Date.now() - DAY - 60_000);
    for (const set of [encrypted, open]) {
      for (const name of ['key.age', 'key.age.partial-young', 'key.age.partial-old']) {
        await writeFile(join(site.folder.path, set, name), 'age-encryption.org/v1');
      }
      await utimes(join(site.folder.path, set, 'key.age.partial-old'), yesterday, yesterday);
    }
    const left = async (set: string): Promise<string[]> => (await readdir(join(site.folder.path, set))).sort();

    await host.backups.cleanupExpired();

    expect(await left(encrypted)).toEqual(['key.age', 'key.age.partial-young', 'manifest.json']);
    // of a set without a key nobody looks for what is left of one
    expect(await left(open)).toEqual(['key.age', 'key.age.partial-old', 'key.age.partial-young', 'manifest.json']);
  });

  it('mentions sets that the catalog does not know, and deletes none of them', async () => {
    const name = '20200101T000000Z-database-abcdef';
    const manifest = await site.set(name, 'manifest.json');
    await utimes(manifest, 0, 0);

    expect(await host.backups.cleanupExpired()).toMatchObject({
      plan: { unknownSets: [name] },
      deleted: [],
      swept: [],
    });
    expect(await site.sets()).toEqual([name]);
  });

  it('leaves alone what is left of a backup whose manifest somebody removed, and counts it as none', async () => {
    const sound = await expired(9);
    const robbed = await expired(8);
    const [name] = await site.namesOf(robbed);
    await utimes(join(site.folder.path, name, 'manifest.json'), 0, 0);
    await rm(join(site.folder.path, name, 'manifest.json'));
    await writeFile(join(site.folder.path, name, 'orders.sql.zst'), 'x');
    await utimes(join(site.folder.path, name, 'orders.sql.zst'), 0, 0);

    expect(await site.decisions()).toEqual({
      [`keep ${String(robbed)}`]: ['not in storage'],
      [`keep ${String(sound)}`]: ['newest'],
    });
    expect(await host.backups.cleanupExpired()).toMatchObject({ deleted: [], swept: [] });
    expect(await site.sets()).toEqual(await site.namesOf(sound, robbed));
  });

  it('deletes nothing when it would be more than may be deleted at once', async () => {
    const ids = [await expired(4), await expired(3), await expired(2), await expired(1.5)];
    await expect(host.backups.cleanupExpired({ maxDelete: 2 })).rejects.toMatchObject({
      code: 'not_confirmed',
      message:
        'This would delete 3 of 4 backups, more than the 2 allowed at once, so nothing was deleted: see backup:cleanup --dry-run, and if that is right, add --max-delete=3.',
    });
    expect(await site.sets()).toEqual(await site.namesOf(...ids));
    expect((await host.backups.cleanupExpired({ maxDelete: 3 })).deleted).toHaveLength(3);
  });

  it('does not believe a clock that jumped ahead: that would delete nearly everything', async () => {
    for (let day = 1; day <= 16; day += 1) {
      await site.backup(new Date(Date.now() - day * DAY), { expiresAt: '2099-01-01' });
    }
    const plan = await host.backups.planCleanup({ now: new Date('2100-01-01') });
    expect(plan.delete.length).toBe(15);
    expect(plan.maxDelete).toBe(12);
  });

  it('finishes a deletion that was cut off', async () => {
    const cutOff = await expired(9);
    const newest = await expired(8);
    await site.database.query(
      "CREATE TRIGGER cut_off BEFORE UPDATE ON backup_history FOR EACH ROW IF NEW.status = 'deleted' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'power cut'; END IF",
    );
    await expect(host.backups.cleanupExpired()).rejects.toThrow('power cut');
    await site.database.query('DROP TRIGGER cut_off');
    expect(await site.sets()).toEqual(await site.namesOf(newest));
    expect((await host.backups.getBackup(cutOff)).status).toBe('completed');

    await host.backups.cleanupExpired();
    expect((await host.backups.getBackup(cutOff)).status).toBe('deleted');
    expect(await host.backups.recover()).toEqual([]);
  });

  it('deletes a chain from its end, and no backup that another one builds on', async () => {
    const first = await expired(9);
    const second = await expired(8, { parentId: first });
    const newest = await expired(7);
    await expect(host.backups.deleteBackup(first)).rejects.toThrow(
      `Backup ${String(first)} is needed by backup ${String(second)}, which builds on it: delete that one first.`,
    );

    expect((await host.backups.cleanupExpired()).deleted).toEqual([second, first]);
    expect(await site.sets()).toEqual(await site.namesOf(newest));
  });

  it.each<[string, (id: number, running: RunningRead) => Promise<unknown>]>([
    ['a verification', (id, options) => host.backups.verifyBackup(id, 'full', options)],
    ['a restore', (id, options) => host.backups.restore(id, options)],
  ])('neither deletes nor cleans up what %s reads', async (_what, read) => {
    const id = await host.backUp();
    await site.database.query("UPDATE backup_history SET created_at = '2020-01-01', expires_at = '2020-01-02'");
    await host.backUp();
    const started = Promise.withResolvers<string>();
    const abort = new AbortController();
    // so slow that it is not over by itself
    const ended = read(id, { maxRate: 0.000_01, signal: abort.signal, onStarted: started.resolve });
    await started.promise;

    await expect(host.backups.deleteBackup(id)).rejects.toMatchObject({
      code: 'busy',
      message: `Backup ${String(id)} is being read, by a restore, a verification, a download or a rotation of keys: it can be deleted when that is over.`,
    });
    const { plan, deleted } = await host.backups.cleanupExpired();
    expect({ planned: plan.delete, deleted }).toEqual({ planned: [id], deleted: [] });

    abort.abort();
    await expect(ended).rejects.toMatchObject({ code: 'cancelled' });
    expect((await host.backups.cleanupExpired()).deleted).toEqual([id]);
  });

  it('lets several download at once, and deletes when the last is done or has gone away', async () => {
    const id = await host.backUp();
    const { read, size } = await host.backups.downloadBackup(id);
    const downloads = [read(0, size), read(0, size)].map((bytes) => bytes[Symbol.asyncIterator]());
    for (const download of downloads) await download.next();

    for (const download of downloads) {
      await expect(host.backups.deleteBackup(id)).rejects.toMatchObject({ code: 'busy' });
      await download.return?.();
    }
    expect(await host.backups.deleteBackup(id)).toMatchObject({ status: 'deleted' });
  });

  it('drops what a restore keeps for its undo when the hours for that are over', async () => {
    const id = await host.backUp();
    await host.backups.restore(id);
    const schemas = async (): Promise<unknown[]> =>
      site.database.query('SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE ?', [
        `${site.database.name}\\_%`,
      ]);
    expect(await schemas()).toHaveLength(1);

    expect((await host.backups.cleanupExpired()).undoSchemas).toHaveLength(1);
    expect(await schemas()).toEqual([]);
    await expect(host.backups.undoRestore(id)).rejects.toMatchObject({ code: 'undo_impossible' });
  });

  it('adds up what is in storage, and counts backups by type and status', async () => {
    expect(await host.backups.calculateStorageUsed()).toBe(0);
    const deleted = await host.backUp();
    const kept = await host.backUp();
    await host.backups.deleteBackup(deleted);
    await expect(host.backUp({ databases: ['no_such_database'] })).rejects.toThrow();

    expect(await host.backups.calculateStorageUsed()).toBe(await site.folder.size());
    const stats = await host.backups.getBackupStats();
    expect(stats.totals).toEqual([
      { type: 'database', status: 'completed', count: 1, bytes: await site.folder.size() },
      { type: 'database', status: 'failed', count: 1, bytes: 0 },
      { type: 'database', status: 'deleted', count: 1, bytes: expect.any(Number) },
    ]);
    expect(stats.newestCompleted?.id).toBe(kept);
  });
});

describe('Retention by counts', () => {
  let site: RetentionSite;

  beforeAll(async () => {
    site = await RetentionSite.open({ daily: 2, timeZone: 'Europe/Berlin' });
  });

  afterEach(() => site.empty());
  afterAll(() => site.close());

  const schedule = (name: string, timeZone: string): Promise<number> =>
    site.host.app
      .get(BackupScheduleRepository)
      .insert({ name, backupType: 'database', cronExpression: '0 2 * * *', timeZone });

  it('keeps the first backup of the last days, in the module’s time zone', async () => {
    const ids = [
      await site.backup('2026-10-24T21:30Z'),
      await site.backup('2026-10-24T22:30Z'),
      await site.backup('2026-10-25T22:30Z'),
      await site.backup('2026-10-25T23:30Z'),
      await site.backup('2026-10-26T05:00Z'),
    ];
    expect(await site.decisions()).toEqual({
      [`keep ${String(ids[4])}`]: ['newest'],
      [`keep ${String(ids[3])}`]: ['daily 2026-10-26'],
      [`delete ${String(ids[2])}`]: ['no rule keeps it'],
      [`keep ${String(ids[1])}`]: ['daily 2026-10-25'],
      [`delete ${String(ids[0])}`]: ['no rule keeps it'],
    });
    expect((await site.host.backups.cleanupExpired()).deleted).toEqual([ids[2], ids[0]]);
    expect((await site.host.backups.cleanupExpired()).deleted).toEqual([]);
  });

  it('counts those of a schedule by themselves and in its own time zone, whatever it is called', async () => {
    const scheduleId = await schedule('nightly', 'America/New_York');
    const more = { scheduleId };
    const ids = [
      await site.backup('2026-10-23T03:30Z', more),
      await site.backup('2026-10-23T04:30Z', more),
      await site.backup('2026-10-24T03:30Z', more),
    ];
    await site.host.app.get(BackupScheduleRepository).update(scheduleId, { name: 'every night' });
    const next = await site.backup('2026-10-24T04:30Z', more);
    const byHand = await site.backup('2026-10-20T04:30Z');

    expect(await site.decisions()).toEqual({
      [`keep ${String(next)}`]: ['newest', 'daily 2026-10-24'],
      [`delete ${String(ids[2])}`]: ['no rule keeps it'],
      [`keep ${String(ids[1])}`]: ['daily 2026-10-23'],
      [`delete ${String(ids[0])}`]: ['no rule keeps it'],
      [`keep ${String(byHand)}`]: ['newest', 'daily 2026-10-20'],
    });
  });

  it('uses the module’s time zone where a schedule has one that does not exist', async () => {
    const id = await site.backup('2026-10-23T22:30Z', { scheduleId: await schedule('nightly', 'Europe/Atlantis') });
    expect(await site.decisions()).toEqual({ [`keep ${String(id)}`]: ['newest', 'daily 2026-10-24'] });
  });

  it('deletes nothing that is less than a day old', async () => {
    const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);
    const [old, young] = [await site.backup(hoursAgo(25)), await site.backup(hoursAgo(23))];
    const decisions = await site.decisions();
    expect(decisions[`keep ${String(young)}`]).toContain('less than 24 h old');
    expect(decisions[`keep ${String(old)}`]).not.toContain('less than 24 h old');
  });
});
