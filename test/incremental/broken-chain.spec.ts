import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyFolder, type KeyFile, type KeyFolder } from '../encryption/encrypted-site.js';
import { ChainSite, FEWER_EVENTS } from '../support/chain-site.js';
import { temporaryFolder, type TemporaryFolder } from '../support/file-tree.js';

jest.setTimeout(60_000);

describe('A chain of backups', () => {
  let site: ChainSite;

  beforeAll(async () => {
    site = await ChainSite.open(undefined, {}, FEWER_EVENTS);
  });

  afterAll(() => site.close());

  it('is not built upon by a backup of other tables, nor by one that is compressed otherwise', async () => {
    await site.backUp();
    const ofPeople = await site.backUp({ includeTables: ['people'] });
    const gzipped = await site.backUp({ includeTables: ['people'], compression: 'gzip' });

    expect(ofPeople).toMatchObject({ backupType: 'full', parentId: null });
    expect(await site.reasonOf(ofPeople)).toMatch(/^It is a full backup: backup \d+ is of other tables$/);
    expect(gzipped).toMatchObject({ backupType: 'full', parentId: null });
    expect(await site.reasonOf(gzipped)).toMatch(
      /^It is a full backup: backup \d+ is compressed with zstd:1, not gzip:6$/,
    );
  });

  it('starts again with a full backup when it is long enough', async () => {
    const tables = { includeTables: ['people'], fullEvery: 2 };
    const second = await site.backUp(tables);
    const third = await site.backUp(tables);

    expect(second.backupType).toBe('incremental');
    expect(third).toMatchObject({ backupType: 'full', parentId: null });
    expect(await site.reasonOf(third)).toMatch(/the chain of backup \d+ has 2 backups already$/);
  });

  it('keeps a link that another one builds on from being deleted', async () => {
    const first = await site.backUp();
    const second = await site.backUp();

    await expect(site.host.backups.deleteBackup(first.id)).rejects.toMatchObject({
      code: 'busy',
      message: `Backup ${String(first.id)} is needed by backup ${String(second.id)}, which builds on it: delete that one first.`,
    });
  });

  it('is found again by an import, also of a link alone, which nobody may take apart then', async () => {
    const [last] = await site.host.backups.listBackups({ type: 'incremental' });
    const parent = await site.host.backups.getBackup(last.parentId ?? 0);
    await site.database.query('UPDATE backup_history SET parent_id = NULL');
    await site.database.query('DELETE FROM backup_history');
    await site.host.backups.importSets({ names: [last.backupName] });

    const found = await site.host.backups.listBackups({ limit: 500 });
    const child = found.find(({ backupName }) => backupName === last.backupName);
    const link = found.find(({ id }) => id === child?.parentId);
    expect(link?.backupName).toBe(parent.backupName);
    await expect(site.host.backups.deleteBackup(link?.id ?? 0)).rejects.toMatchObject({ code: 'busy' });
    await site.host.backups.importSets();
  });

  it('says what is lost with a set that is gone, and what can still be restored', async () => {
    const full = await site.backUp({ fullEvery: 1 });
    await site.database.query("UPDATE people SET name = 'Barbara' WHERE id = 2");
    const child = await site.backUp();
    const people = await site.database.query('SELECT * FROM people');
    await site.lose(full);

    const lost = `Lost: ${site.database.name}.events`;
    const { backups } = site.host;
    await expect(backups.verifyBackup(child.id)).rejects.toThrow(lost);
    await expect(backups.restore(child.id)).rejects.toMatchObject({ code: 'damaged' });
    await expect(backups.restore(child.id)).rejects.toThrow(lost);
    const { tables } = await backups.previewRestore(child.id);
    const damageOf = (name: string): unknown => tables.find(({ table }) => table === name)?.damage;
    expect(damageOf('people')).toBeNull();
    // threads number what they write in the order in which they begin
    const object = `${full.backupName}/database/${site.database.name}/events`;
    expect(damageOf('events')).toMatch(new RegExp(`^object ${object}\\.\\d{5}\\.sql\\.zst is missing$`));

    await site.database.query('DELETE FROM people');
    await backups.restore(child.id, { tables: ['people'] });
    expect(await site.database.query('SELECT * FROM people')).toEqual(people);
  });

  it('goes on from an older set when the newest ones are lost', async () => {
    const [child, full, ...older] = await site.host.backups.listBackups();
    const backup = await site.backUp();

    expect(backup.backupType).toBe('incremental');
    expect(older.map(({ id }) => id)).toContain(backup.parentId);
    const unproven = `backup ${String(child.id)} has failed its verification`;
    const gone = `backup ${String(full.id)} cannot be built on: Backup set ${full.backupName} has no manifest`;
    expect(await site.reasonOf(backup)).toContain(`, and on none that is newer: ${unproven}; ${gone}`);
  });
});

describe('An encrypted chain of backups', () => {
  let keys: KeyFolder;
  let owner: KeyFile;
  let site: ChainSite;
  let folder: TemporaryFolder;
  let cache: string;

  beforeAll(async () => {
    keys = await createKeyFolder();
    owner = await keys.make('owner');
    folder = await temporaryFolder('cache');
    cache = join(folder.path, 'manifests');
    // public keys only: this host cannot read its own backups
    site = await ChainSite.open(undefined, { encryption: { key: [owner.recipient] }, cache }, FEWER_EVENTS);
  });

  afterAll(async () => {
    await site.close();
    await keys.remove();
    await folder.remove();
  });

  it('is built on where there are public keys only, by what a private folder keeps', async () => {
    const full = await site.backUp();
    await site.change(0, 10);
    const child = await site.backUp();

    expect((await stat(cache)).mode & 0o777).toBe(0o700);
    expect(child).toMatchObject({ backupType: 'incremental', parentId: full.id, encryption: true });
    expect(child.fileSize).toBeLessThan(full.fileSize * 0.1);
    await site.host.backups.verifyBackup(child.id, 'quick');
  });

  it('comes back with the identity of its owner, to which each set has a key of its own', async () => {
    const [child] = await site.host.backups.listBackups();
    const now = await site.checksums();
    const identityFile = owner.path;
    await site.host.backups.verifyBackup(child.id, 'full', { identityFile });
    await site.database.query('DELETE FROM events');
    await site.host.backups.restore(child.id, { identityFile });
    expect(await site.checksums()).toEqual(now);
  });

  it('starts again with a full backup where neither the folder nor an identity is at hand', () =>
    site.withOptions({ encryption: { key: [owner.recipient] } }, async (other) => {
      const backup = await other.backUp();
      expect(backup).toMatchObject({ backupType: 'full', parentId: null });
      expect(await other.reasonOf(backup)).toMatch(
        /cannot be built on: .* Its manifest is not in the cache folder either/,
      );
    }));
});
