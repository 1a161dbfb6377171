import { ChainSite, FEWER_EVENTS } from '../support/chain-site.js';

jest.setTimeout(60_000);

describe('The verification of an incremental backup', () => {
  let site: ChainSite;
  let id: number;

  beforeAll(async () => {
    site = await ChainSite.open(undefined, {}, FEWER_EVENTS);
    await site.backUp();
    await site.change(0, 10);
    ({ id } = await site.backUp());
  });

  afterAll(() => site.close());

  const schemas = async (): Promise<unknown[]> => {
    const rows = await site.database.query('SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA ORDER BY 1');
    return rows.map(({ name }) => name).filter((name) => String(name).startsWith(site.database.name));
  };

  it('can be a drill: restored elsewhere, proven and dropped, which is timed', async () => {
    const before = await site.checksums();
    await site.database.query("UPDATE people SET name = 'Barbara' WHERE id = 2");
    const now = await site.checksums();
    await site.host.backups.verifyBackup(id, 'drill');

    const backup = await site.host.backups.getBackup(id);
    expect(backup.drilledAt).toBeInstanceOf(Date);
    expect(backup.drillSeconds).toBeGreaterThan(0);
    expect(await site.checksums()).toEqual(now);
    expect(now).not.toEqual(before);
    expect(await schemas()).toEqual([site.database.name]);
  });

  it('can read a part, which does not make the whole verified', async () => {
    await site.host.backups.verifyBackup(id, 'full', { sample: 10 });
    expect((await site.host.backups.getBackup(id)).verified).toBe(false);
    await expect(site.host.backups.verifyBackup(id, 'quick', { sample: 10 })).rejects.toMatchObject({
      code: 'invalid_option',
    });
  });

  it('fails a drill of a set that lost an object, and leaves nothing behind', async () => {
    const backup = await site.host.backups.getBackup(id);
    const { ranges } = await site.eventsOf(backup);
    const own = ranges.find(({ set }) => set === undefined);
    await site.lose(backup, own?.object);
    await expect(site.host.backups.verifyBackup(id, 'drill')).rejects.toMatchObject({ code: 'damaged' });
    expect(await schemas()).toEqual([site.database.name]);
  });
});
