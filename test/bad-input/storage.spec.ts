import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mountSmallDisk, whyNoMounts, type SmallDisk } from '../support/bad-input-mount.js';
import { expectRefusal } from '../support/bad-input-refusal.js';
import { Site, temporaryFolder } from '../support/bad-input-site.js';

// a machine that is busy with other things
jest.setTimeout(30_000);

const NO_MOUNTS = whyNoMounts();

describe('storage that cannot be used', () => {
  let site: Site;
  let backup: number;

  beforeAll(async () => {
    site = await Site.open();
    backup = await site.backups.createBackup('database');
  });

  afterAll(() => site.close());

  it('a storage folder that does not exist is not made', async () => {
    const storageFolder = join(site.storageFolder, 'not-mounted');
    await site.withOptions({ storageFolder }, (other) =>
      expectRefusal(other, () => other.backups.createBackup('database'), {
        code: 'storage_missing',
        message: `The storage folder ${other.storageUrl} does not exist: create it, mount it, or point the storage option at another one.`,
        recorded: 'backup',
      }),
    );
  });

  it('a storage that is a file is no folder', async () => {
    const storageFolder = join(await temporaryFolder(), 'file');
    await writeFile(storageFolder, '');
    await site.withOptions({ storageFolder }, (other) =>
      expectRefusal(other, () => other.backups.createBackup('database'), {
        code: 'storage_missing',
        message: `The storage folder ${other.storageUrl} does not exist: create it, mount it, or point the storage option at another one.`,
        recorded: 'backup',
      }),
    );
    await rm(join(storageFolder, '..'), { recursive: true });
  });

  it('a backup whose storage is no longer there cannot be deleted', async () => {
    const storageFolder = join(site.storageFolder, 'not-mounted');
    await site.withOptions({ storageFolder }, (other) =>
      expectRefusal(other, () => other.backups.deleteBackup(backup), {
        code: 'storage_missing',
        message: `The storage folder ${other.storageUrl} does not exist: create it, mount it, or point the storage option at another one.`,
        recorded: 'nothing',
      }),
    );
  });

  it('a backup whose storage is no longer there cannot be restored', async () => {
    const storageFolder = join(site.storageFolder, 'not-mounted');
    const set = await site.setOf(backup);
    await site.withOptions({ storageFolder }, (other) =>
      expectRefusal(other, () => other.backups.restore(backup), {
        code: 'storage_missing',
        message: `The storage folder ${other.storageUrl} does not exist: create it, mount it, or point the storage option at another one.`,
        recorded: 'nothing',
      }),
    );
    await site.backups.verifyBackup(backup);
    expect(await site.setOf(backup)).toBe(set);
  });

  it('a set whose manifest was removed does not exist', async () => {
    const doomed = await site.backups.createBackup('database');
    const set = await site.setOf(doomed);
    await rename(site.path(set, 'manifest.json'), join(site.storageFolder, 'kept.json'));
    const message = `Backup set ${set} has no manifest in ${site.storageUrl}: it was removed or never completed; restore another backup.`;
    await expectRefusal(site, () => site.backups.restore(doomed), { code: 'damaged', message, recorded: 'nothing' });
    await expectRefusal(site, () => site.backups.verifyBackup(doomed), {
      code: 'damaged',
      message,
      recorded: 'verification',
    });
    await expectRefusal(site, () => site.backups.importSets({ names: [set] }), {
      code: 'busy',
      message: `${set} is in the catalog already, as backup ${String(doomed)}.`,
      recorded: 'nothing',
    });
    await rm(join(site.storageFolder, 'kept.json'));
  });
});

describe('folders in storage that are no backup sets', () => {
  let site: Site;

  beforeAll(async () => {
    site = await Site.open();
  });

  afterAll(() => site.close());

  it('are left out of an import, each with its reason', async () => {
    const backup = await site.backups.createBackup('database');
    const set = await site.setOf(backup);
    const copy = '20200101T000000Z-database-aaaaaa';
    const empty = '20200101T000000Z-database-bbbbbb';
    const scribbled = '20200101T000000Z-database-cccccc';
    const array = '20200101T000000Z-database-dddddd';
    await cp(site.path(set), site.path(copy), { recursive: true });
    for (const folder of [empty, scribbled, array, 'lost+found', 'photos of the cat']) {
      await mkdir(site.path(folder));
    }
    await writeFile(site.path(scribbled, 'manifest.json'), 'no manifest at all');
    await writeFile(site.path(array, 'manifest.json'), '[]');
    const before = await site.state();

    const { imported, known, skipped } = await site.backups.importSets();

    expect([imported, known]).toEqual([[], [backup]]);
    expect(skipped).toEqual([
      {
        name: copy,
        reason: `The manifest of ${copy} cannot be read (it belongs to ${set}): it is damaged; restore another backup.`,
      },
      { name: empty, reason: `${empty} has no manifest in ${site.storageUrl}: it is not a complete set.` },
      {
        name: scribbled,
        reason: `The manifest of ${scribbled} cannot be read (it is no JSON): it is damaged; restore another backup.`,
      },
      {
        name: array,
        reason: `The manifest of ${array} cannot be read (Invalid input: expected object, received array): it is damaged; restore another backup.`,
      },
    ]);
    expect(await site.state()).toEqual(before);
  });

  it('cannot be imported by name', async () => {
    const name = '20200101T000000Z-database-eeeeee';
    await mkdir(site.path(name));
    await expectRefusal(site, () => site.backups.importSets({ names: [name] }), {
      code: 'not_found',
      message: `${name} has no manifest in ${site.storageUrl}: it is not a complete set.`,
      recorded: 'nothing',
    });
  });

  it.each(['../20200101T000000Z-database-aaaaaa', '..', '/etc', '20200101T000000Z-database-aaaaaa/../../etc', ''])(
    'a set cannot be imported by the name %j, which leads out of the storage',
    async (name) => {
      await expectRefusal(site, () => site.backups.importSets({ names: [name] }), {
        code: 'invalid_name',
        message: `${JSON.stringify(name)} is not the name of a backup set: names look like 20261121T221005Z-database-3f9c2a.`,
        recorded: 'nothing',
      });
    },
  );
});

describe(`a disk that takes no more${NO_MOUNTS === null ? '' : `, not tested: ${NO_MOUNTS}`}`, () => {
  const itMounts = NO_MOUNTS === null ? it : it.skip;
  let disk: SmallDisk | undefined;

  afterEach(() => disk?.remove());

  async function onSmallDisk(act: (site: Site, full: SmallDisk) => Promise<void>): Promise<void> {
    const mounted = mountSmallDisk(1);
    disk = mounted;
    const site = await Site.open();
    try {
      await site.database.query('CREATE TABLE noise (id INT PRIMARY KEY, bytes VARCHAR(1000))');
      await site.database.query('INSERT INTO noise SELECT seq, REPEAT(HEX(RANDOM_BYTES(50)), 10) FROM seq_1_to_3000');
      await site.withOptions({ storageFolder: mounted.folder, compression: 'none' }, (other) => act(other, mounted));
    } finally {
      await site.close();
    }
  }

  itMounts('a backup that fills the disk fails and gives the space back', async () => {
    await onSmallDisk((site) =>
      expectRefusal(site, () => site.backups.createBackup('database'), {
        code: 'storage_full',
        message: `The storage ${site.storageUrl} is full: free space with backup:cleanup or enlarge it; nothing of this backup was kept.`,
        recorded: 'backup',
      }),
    );
  });

  itMounts('a backup to a disk that is read-only fails before it starts', async () => {
    await onSmallDisk(async (site, { folder, makeReadOnly }) => {
      makeReadOnly();
      await expectRefusal(site, () => site.backups.createBackup('database'), {
        code: 'storage_not_writable',
        message: `The storage ${pathToFileURL(folder).href} cannot be written to (EROFS): its disk is mounted read-only; mount it for writing, or point the storage option at another folder.`,
        recorded: 'backup',
      });
    });
  });

  itMounts('a backup on a disk that has become read-only cannot be deleted', async () => {
    await onSmallDisk(async (site, { folder, makeReadOnly }) => {
      await site.database.query('DROP TABLE noise');
      const backup = await site.backups.createBackup('database');
      makeReadOnly();
      await expectRefusal(site, () => site.backups.deleteBackup(backup), {
        code: 'storage_not_writable',
        message: `The storage ${pathToFileURL(folder).href} cannot be written to (EROFS): its disk is mounted read-only; mount it for writing, or point the storage option at another folder.`,
        recorded: 'nothing',
      });
      await site.backups.verifyBackup(backup);
    });
  });
});
