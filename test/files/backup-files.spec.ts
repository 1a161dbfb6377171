import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CATALOG_TABLES, type CreateBackupOptions } from '@app/backup';
import { createKeyFolder, type KeyFile, type KeyFolder } from '../encryption/encrypted-site.js';
import { describeTree } from '../support/file-tree.js';
import { openFilesSite, type FilesSite } from './files-site.js';

const execute = promisify(execFile);

describe('A backup of files', () => {
  let site: FilesSite;
  let keys: KeyFolder;
  let owner: KeyFile;

  beforeAll(async () => {
    keys = await createKeyFolder();
    owner = await keys.make('owner');
    site = await openFilesSite({ encryption: { identities: { file: owner.path } } });
  });

  afterAll(async () => {
    await site.close();
    await keys.remove();
  });

  const byHand = async (id: number): Promise<string[]> => {
    const { stderr } = await execute('bash', ['-eo', 'pipefail', 'README.txt'], { cwd: await site.stored(id) });
    expect(stderr).toBe('');
    return describeTree(await site.stored(id, 'restored/uploads'));
  };

  it('comes back by hand with stock tools, byte by byte', async () => {
    const id = await site.backups.createBackup('files');

    expect(await site.backups.getBackup(id)).toMatchObject({
      backupType: 'files',
      filesIncluded: ['uploads'],
      tablesIncluded: [],
      partial: null,
      verified: false,
    });
    expect(await byHand(id)).toEqual(describeTree(site.uploads));
    await rm(await site.stored(id, 'restored'), { recursive: true });
    await site.backups.verifyBackup(id);
    expect(await site.backups.getBackup(id)).toMatchObject({ verified: true });
  });

  it.each(['gzip:1', 'none'])('with compression %s, too, encrypted or not', async (compression) => {
    const id = await site.backups.createBackup('files', { compression });
    const encrypted = await site.backups.createBackup('files', { compression, key: [owner.recipient] });

    expect(await byHand(id)).toEqual(describeTree(site.uploads));
    await site.backups.verifyBackup(id);
    await site.backups.verifyBackup(encrypted);
  });

  it('is encrypted as a whole, and comes back by hand with age', async () => {
    const id = await site.backups.createBackup('files', { key: [owner.recipient] });
    const manifest = await readFile(await site.stored(id, 'manifest.json.age'));
    await copyFile(owner.path, await site.stored(id, 'identity.txt'));

    expect(manifest.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    expect(await byHand(id)).toEqual(describeTree(site.uploads));
    await site.backups.verifyBackup(id);
  });

  it('stands beside databases and configuration in a full one, and is imported with them', async () => {
    const id = await site.backups.createBackup('full');
    const { backupName, checksum, filesIncluded, tablesIncluded } = await site.backups.getBackup(id);
    await site.backups.verifyBackup(id);

    await site.query('DELETE FROM backup_history');
    const { imported } = await site.backups.importSets({ names: [backupName] });

    const [again] = imported;
    expect(await site.backups.getBackup(again)).toMatchObject({ backupName, checksum, filesIncluded, tablesIncluded });
    expect(filesIncluded).toEqual(['uploads', 'env']);
    // and that of the migrations
    expect(tablesIncluded).toHaveLength(CATALOG_TABLES.length + 1);
  });

  describe('that is verified by a drill', () => {
    let id: number;
    let before: readonly string[];

    const folders = async (): Promise<string[]> => (await readdir(site.folder)).sort();

    beforeAll(async () => {
      id = await site.backups.createBackup('full');
      before = await folders();
    });

    it('is restored aside with its files, proven, timed and dropped', async () => {
      const uploads = describeTree(site.uploads);
      await site.backups.verifyBackup(id, 'drill');

      const { drilledAt, drillSeconds } = await site.backups.getBackup(id);
      expect(drilledAt).toBeInstanceOf(Date);
      expect(drillSeconds).toBeGreaterThan(0);
      expect(await folders()).toEqual(before);
      expect(describeTree(site.uploads)).toEqual(uploads);
    });

    it('leaves nothing of a drill that was killed after the next command, and lets those of others be', async () => {
      await site.backups.verifyBackup(id, 'drill');
      const [{ backupid }] = await site.query('SELECT backupid FROM backup_controllers ORDER BY id DESC LIMIT 1');
      await site.query(`UPDATE backup_controllers SET status = 800 WHERE backupid = '${String(backupid)}'`);
      const killed = join(site.folder, `nestjs-backup-drill-${String(backupid)}`);
      await mkdir(join(killed, 'uploads/closed'), { recursive: true, mode: 0o500 });
      await mkdir(join(site.folder, `nestjs-backup-drill-${'0'.repeat(32)}`));

      expect(await site.backups.recover()).toEqual([
        expect.stringContaining('(verify) had been interrupted'),
        `Files of an interrupted drill were removed with ${killed}`,
      ]);
      expect(await folders()).toEqual([...before, `nestjs-backup-drill-${'0'.repeat(32)}`].sort());
    });

    it('fails where a file cannot be read, and leaves nothing', async () => {
      await rm(await site.stored(id, 'files/uploads/00001.tar.zst'));
      const there = await folders();

      await expect(site.backups.verifyBackup(id, 'drill')).rejects.toMatchObject({ code: 'damaged' });
      expect(await folders()).toEqual(there);
      expect(await site.backups.getBackup(id)).toMatchObject({ verified: false });
    });
  });

  it('is refused where the root holds the storage, also when a link leads there', async () => {
    const inside = join(site.uploads, 'sets');
    await rename(site.storage, inside);
    await symlink(inside, site.storage);

    await expect(site.backups.createBackup('files')).rejects.toMatchObject({
      code: 'invalid_option',
      message: expect.stringContaining('File root uploads contains the backup storage, in sets'),
    });

    await rm(site.storage);
    await rename(inside, site.storage);
  });

  it('of configuration warns when it is not encrypted', async () => {
    const warnings = async (options: CreateBackupOptions): Promise<string[]> => {
      const { backupid } = await site.backups.getBackup(await site.backups.createBackup('configuration', options));
      const log = await site.backups.getOperationLog(backupid ?? '');
      return log.filter(({ loglevel }) => loglevel === 30).map(({ message }) => message);
    };

    expect(await warnings({})).toEqual([expect.stringContaining('configuration and is not encrypted')]);
    expect(await warnings({ key: [owner.recipient] })).toEqual([]);
  });
});
