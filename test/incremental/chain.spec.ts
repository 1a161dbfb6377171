import { describeEachServer } from '../support/test-server.js';
import { ChainSite, EVENTS, FEWER_EVENTS } from '../support/chain-site.js';

jest.setTimeout(60_000);

describeEachServer('An incremental backup', (server) => {
  let site: ChainSite;

  beforeAll(async () => {
    site = await ChainSite.open(server.url);
  });

  afterAll(() => site.close());

  it('is a full one where there is none to build on, and says so', async () => {
    const backup = await site.backUp();

    expect(backup).toMatchObject({ backupType: 'full', parentId: null, status: 'completed' });
    expect(await site.reasonOf(backup)).toBe('It is a full backup: there is no earlier backup');
  });

  it('stores less than 5 % after 1 % of the rows have changed side by side, and comes back in one step', async () => {
    const [full] = await site.host.backups.listBackups();
    await site.change(4000, 4000 + EVENTS / 100 - 1);
    const backup = await site.backUp();
    const changed = await site.checksums();

    expect(backup).toMatchObject({ backupType: 'incremental', parentId: full.id });
    expect(await site.reasonOf(backup)).toBe(`It builds on backup ${String(full.id)} (${full.backupName})`);
    expect(backup.fileSize).toBeLessThan(full.fileSize * 0.05);
    expect(backup.logicalSize).toBeGreaterThan((full.logicalSize ?? 0) * 0.95);

    await site.host.backups.verifyBackup(backup.id);
    await site.database.query('DROP TABLE events, people');
    await site.host.backups.restore(backup.id);
    expect(await site.checksums()).toEqual(changed);
  });

  it('divides what a table has grown by, and leaves the rest where it is', async () => {
    await site.database.query('INSERT INTO events SELECT id + 20000, kind, body FROM events WHERE id > 3000');
    const backup = await site.backUp();

    const { ranges, rows } = await site.eventsOf(backup);
    const added = ranges.filter(({ set }) => set === undefined);
    expect(added.length).toBeGreaterThan(10);
    expect(added.length).toBeLessThan(ranges.length * 0.6);
    expect(Math.max(...added.map((range) => range.rows))).toBeLessThan(rows / 10);
    await site.host.backups.verifyBackup(backup.id);
  });
});

describe('A chain of backups', () => {
  let site: ChainSite;

  beforeAll(async () => {
    site = await ChainSite.open(undefined, {}, FEWER_EVENTS);
    await site.backUp();
    await site.change(0, 10);
    await site.backUp();
  });

  afterAll(() => site.close());

  it('stores no rows of a table that has not changed, and keeps its division', async () => {
    const [before] = await site.host.backups.listBackups();
    const backup = await site.backUp();

    const bounds = ({ ranges }: Awaited<ReturnType<typeof site.eventsOf>>): unknown =>
      ranges.map(({ from, to }) => [from, to]);
    const events = await site.eventsOf(backup);
    expect(events.ranges.filter(({ set }) => set === undefined)).toEqual([]);
    expect(bounds(events)).toEqual(bounds(await site.eventsOf(before)));
    expect(new Set(events.ranges.map(({ set }) => set)).size).toBe(2);
  });

  it('comes back from every link as it was then', async () => {
    const first = await site.backUp();
    const then = await site.checksums();
    await site.database.query('DELETE FROM events WHERE id BETWEEN 100 AND 2000');
    await site.database.query("INSERT INTO people VALUES (3, 'Edsger')");
    const second = await site.backUp();
    const now = await site.checksums();

    await site.host.backups.restore(first.id);
    expect(await site.checksums()).toEqual(then);
    await site.host.backups.restore(second.id);
    expect(await site.checksums()).toEqual(now);
  });
});
