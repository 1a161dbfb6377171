import type { BackupHistory, BackupModuleOptions } from '@app/backup';
import { appendFile, copyFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyFolder, type KeyFile, type KeyFolder } from '../encryption/encrypted-site.js';
import { ChainSite } from '../support/chain-site.js';
import { temporaryFolder, type TemporaryFolder } from '../support/file-tree.js';
import { createTestDatabase } from '../support/test-database.js';

jest.setTimeout(60_000);

const FEW = 10;

describe('A backup is not built upon', () => {
  let site: ChainSite;
  let older: BackupHistory;
  let full: BackupHistory;

  beforeAll(async () => {
    site = await ChainSite.open(undefined, { threads: 1 }, FEW);
    older = await site.backUp();
  });

  afterAll(() => site.close());

  beforeEach(async () => {
    full = await site.backUp({ fullEvery: 1 });
  });

  const expectFull = async (reason: RegExp | string, chain = site): Promise<void> => {
    const next = await chain.backUp();
    expect(next).toMatchObject({ backupType: 'full', parentId: null });
    expect(await chain.reasonOf(next)).toMatch(reason);
  };

  /** The one before is built upon instead. */
  const expectOlder = async (...reasons: readonly string[]): Promise<void> => {
    const next = await site.backUp();
    expect(next).toMatchObject({ backupType: 'incremental', parentId: older.id });
    expect(await site.reasonOf(next)).toBe(
      `It builds on backup ${String(older.id)} (${older.backupName}), and on none that is newer: ${reasons.join('; ')}`,
    );
    older = next;
  };

  const objectOf = async (table: string): Promise<string> => {
    const { objects } = await site.manifestOf(full);
    return objects.find(({ key }) => key.includes(`/${table}.`))?.key ?? '';
  };

  it('when it lacks an object, and the one before it is', async () => {
    const key = await objectOf('people');
    await site.lose(full, key);
    await expectOlder(`backup ${String(full.id)} is damaged: object ${key} of ${full.backupName} is missing`);
  });

  it('when one of its objects is cut off', async () => {
    const key = await objectOf('events');
    const size = (await site.manifestOf(full)).objects.find((object) => object.key === key)?.size;
    await truncate(join(site.folder.path, full.backupName, key), 10);
    await expectOlder(
      `backup ${String(full.id)} is damaged: object ${key} of ${full.backupName} is 10 bytes long instead of ${String(size)}`,
    );
  });

  it('when its manifest is another than the catalog knows', async () => {
    await appendFile(join(site.folder.path, full.backupName, 'manifest.json'), ' ');
    await expectOlder(
      `backup ${String(full.id)} cannot be built on: The manifest of ${full.backupName} is not the one recorded in the catalog: it was altered or damaged; restore another backup, or pass --trust-storage if you know why`,
    );
  });

  it('when its set is gone, nor is the next one when that is gone too', async () => {
    const newest = await site.backUp();
    await site.lose(newest);
    await site.lose(full);
    const gone = ({ id, backupName }: BackupHistory): string =>
      `backup ${String(id)} cannot be built on: Backup set ${backupName} has no manifest in ${site.folder.url}: it was removed or never completed; restore another backup`;
    await expectOlder(gone(newest), gone(full));
  });

  it('when it is of another database', async () => {
    const other = await createTestDatabase('other');
    try {
      await site.withOptions({ databases: [other.name] }, (both) =>
        expectFull(`backup ${String(full.id)} is of ${site.database.name}`, both),
      );
    } finally {
      await other.drop();
    }
  });

  it('when it comes from another version of the server', async () => {
    const { server } = await site.manifestOf(full);
    await site.forge(full, (manifest) =>
      manifest.replace(`"version": "${String(server?.version)}"`, '"version": "9.0.0"'),
    );
    await expectFull(`backup ${String(full.id)} is from 9.0.0, and the server is ${String(server?.version)} now`);
  });
});

describe('An encrypted backup of files', () => {
  let keys: KeyFolder;
  let owner: KeyFile;
  let stranger: KeyFile;
  let site: ChainSite;
  let folder: TemporaryFolder;
  let cache: string;
  let options: Partial<BackupModuleOptions>;

  beforeAll(async () => {
    keys = await createKeyFolder();
    [owner, stranger] = [await keys.make('owner'), await keys.make('stranger')];
    folder = await temporaryFolder('cache');
    cache = join(folder.path, 'cache');
    const uploads = join(folder.path, 'uploads');
    await mkdir(uploads);
    await writeFile(join(uploads, 'one'), 'the only file');
    options = { encryption: { key: [owner.recipient] }, files: { uploads: { path: uploads } } };
    // public keys only: this host cannot read its own backups
    site = await ChainSite.open(undefined, { ...options, cache, threads: 1 }, FEW);
  });

  afterAll(async () => {
    await site.close();
    await keys.remove();
    await folder.remove();
  });

  /** Where the host keeps a copy of the index of a backup's files. */
  const copyOf = ({ backupName }: BackupHistory): string => join(cache, `${backupName}.files.uploads.jsonl.zst`);

  /** @param older what is built upon instead; null: there is nothing */
  const expectOther = async (
    base: BackupHistory,
    reason: string,
    older: BackupHistory | null,
    chain = site,
  ): Promise<BackupHistory> => {
    const next = await chain.backUp();
    expect(next.parentId).toBe(older?.id ?? null);
    const given = await chain.reasonOf(next);
    expect(given).toContain(`: backup ${String(base.id)} cannot be built on: ${reason}`);
    expect(given).not.toMatch(/\.[.;]/);
    return next;
  };

  it('is built upon by what the cache has of it, and not where the copy of its index is gone, damaged or of another', async () => {
    const first = await site.backUp();
    const child = await site.backUp();
    expect(child).toMatchObject({ backupType: 'incremental', parentId: first.id });

    await rm(copyOf(child));
    const index = 'files/uploads/index.jsonl.zst.age';
    const second = await expectOther(child, `The cache folder has no copy of ${index} of ${child.backupName}`, first);

    const differs = (set: string): string =>
      `The copy of ${index} of ${set} in the cache folder is not what the set has`;
    const bytes = await readFile(copyOf(second));
    bytes[bytes.length >> 1] ^= 1;
    await writeFile(copyOf(second), bytes);
    const third = await expectOther(second, differs(second.backupName), first);

    await writeFile(join(folder.path, 'uploads/one'), 'the only file, changed');
    const fourth = await site.backUp();
    await copyFile(copyOf(third), copyOf(fourth));
    await expectOther(fourth, differs(fourth.backupName), third);
  });

  it.each([
    ['of another set', /"sha256":"[0-9a-f]{64}"/, `"sha256":"${'0'.repeat(64)}"`],
    ['that was changed', /"startedAt":"\d{4}/, '"startedAt":"2001'],
  ])('is not built upon where the cache has a manifest %s', async (_what, part, other) => {
    const older = await site.backUp();
    const base = await site.backUp({ fullEvery: 1 });
    const path = join(cache, `${base.backupName}.json`);
    const cached = await readFile(path, 'utf8');
    await writeFile(path, cached.replace(part, other));
    await expectOther(base, `${base.backupName} is encrypted and there is no identity to open it with`, older);
  });

  it('is not built upon with the identity of somebody else, unless the cache has it', async () => {
    const wrong = { ...options, encryption: { key: [owner.recipient], identities: { file: stranger.path } } };
    const base = await site.backUp({ fullEvery: 1 });
    await site.withOptions({ ...wrong, cache }, async (other) => {
      expect(await other.backUp()).toMatchObject({ backupType: 'incremental', parentId: base.id });
    });
    const [newest] = await site.host.backups.listBackups();
    await site.withOptions(wrong, (other) =>
      expectOther(newest, `None of the identities at hand opens ${newest.backupName}`, null, other),
    );
  });
});

describe('A set that refers to another one', () => {
  let site: ChainSite;
  let base: BackupHistory;
  let child: BackupHistory;

  beforeEach(async () => {
    site = await ChainSite.open(undefined, { threads: 1 }, FEW);
    base = await site.backUp();
    await site.database.query("UPDATE people SET name = 'Barbara' WHERE id = 2");
    child = await site.backUp();
  });

  afterEach(() => site.close());

  const forgetAll = async (): Promise<void> => {
    await site.database.query('UPDATE backup_history SET parent_id = NULL');
    await site.database.query('DELETE FROM backup_history');
  };

  it('is refused when it does not build on that, also by an import and with trust in the storage', async () => {
    const { backups } = site.host;
    const stranger = await site.backUp({ fullEvery: 1 });
    const reference = (set: BackupHistory): string => `"set": "${set.backupName}"`;
    await site.forge(child, (manifest) => manifest.replaceAll(reference(base), reference(stranger)));

    const refused = {
      code: 'damaged',
      message: `The manifest of ${child.backupName} refers to ${stranger.backupName}, which ${child.backupName} does not build on: somebody put it there; restore another backup, and find out who writes to that storage.`,
    };
    await expect(backups.restore(child.id)).rejects.toMatchObject(refused);
    await expect(backups.restore(child.id, { trustStorage: true })).rejects.toMatchObject(refused);
    await expect(backups.previewRestore(child.id)).rejects.toMatchObject(refused);
    await expect(backups.verifyBackup(child.id)).rejects.toMatchObject(refused);
    await forgetAll();
    await expect(backups.importSets({ names: [child.backupName] })).rejects.toMatchObject(refused);
    const { skipped } = await backups.importSets();
    expect(skipped).toContainEqual({ name: child.backupName, reason: refused.message });
  });

  it('is refused when the catalog has lost a link between them, but with trust in the storage what is left comes back', async () => {
    const { backups } = site.host;
    const last = await site.backUp();
    await site.lose(child);
    await forgetAll();
    await backups.importSets();
    const [found] = await backups.listBackups({ type: 'incremental' });
    expect(found).toMatchObject({ backupName: last.backupName, parentId: null, verified: false });

    const tables = ['events'];
    const refused = {
      code: 'damaged',
      message: expect.stringContaining(`refers to ${base.backupName}, and the catalog does not know all sets between`),
    };
    await expect(backups.restore(found.id, { tables })).rejects.toMatchObject(refused);
    await site.database.query('DELETE FROM events');
    await backups.restore(found.id, { tables, trustStorage: true });
    expect(await site.database.query('SELECT id FROM events')).toHaveLength(FEW);
  });
});
