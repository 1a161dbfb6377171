import type { BackupHistory } from '@app/backup';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { openFilesSite, type FilesSite } from '../files/files-site.js';
import { createKeyFolder, type KeyFile, type KeyFolder } from '../encryption/encrypted-site.js';
import { describeTree } from '../support/file-tree.js';
import { restoreByStockClient } from '../support/stock-client.js';

jest.setTimeout(120_000);

describe('Files of an incremental backup', () => {
  let keys: KeyFolder;
  let owner: KeyFile;
  let site: FilesSite;
  let full: BackupHistory;
  let child: BackupHistory;
  let tree: string[];

  beforeAll(async () => {
    keys = await createKeyFolder();
    owner = await keys.make('owner');
    site = await openFilesSite({ encryption: { key: [owner.recipient], identities: { file: owner.path } } });
    full = await backUp();
    change();
    tree = describeTree(site.uploads);
    child = await backUp();
  });

  afterAll(async () => {
    await site.close();
    await keys.remove();
  });

  const at = (path: string): string => join(site.uploads, path);

  const backUp = async (): Promise<BackupHistory> =>
    site.backups.getBackup(await site.backups.createBackup('incremental'));

  const logOf = async ({ backupid }: BackupHistory): Promise<string[]> =>
    (await site.backups.getOperationLog(backupid ?? '')).map(({ message }) => message);

  /** Gives what has just been written a time that can be set again exactly. */
  const settle = (...paths: readonly string[]): void => {
    paths.forEach((path) => utimesSync(at(path), 1_700_000_000, 1_700_000_000));
  };

  /** One file of everything that can happen to one. */
  const change = (): void => {
    writeFileSync(at('new'), 'not there before');
    writeFileSync(at('zero'), 'no more');
    rmSync(at('deep/er/and/deeper/file'));
    renameSync(at('secret'), at('moved'));
    chmodSync(at('names/plain.txt'), 0o640);
    chmodSync(at('large.bin'), 0o600);
    chmodSync(Buffer.concat([Buffer.from(at('names/')), Buffer.from([0xe4, 0xf6, 0xfc])]), 0o604);
    utimesSync(at('run.sh'), -5.5, -5.5);
    utimesSync(at('names/-rf'), 1_600_000_000.25, 1_600_000_000.25);
    rmSync(at('sparse'));
    mkdirSync(at('sparse'));
    settle('new', 'zero', 'deep/er/and/deeper', 'sparse', '.');
  };

  const restored = async ({ id }: BackupHistory): Promise<string[]> => {
    const to = mkdtempSync(join(site.folder, 'to-'));
    await site.backups.restore(id, { roots: ['uploads'], to });
    // but for what is kept for undoing
    return describeTree(join(to, 'uploads')).filter((line) => !line.startsWith('/.nestjs'));
  };

  it('take next to no room where little has changed', async () => {
    expect(child).toMatchObject({ backupType: 'incremental', parentId: full.id });
    expect(await logOf(child)).toContain(`It builds on backup ${String(full.id)} (${full.backupName})`);
    // 17 MB that nothing makes smaller are in the full one
    expect(child.fileSize).toBeLessThan(full.fileSize * 0.01);
    await site.backups.verifyBackup(child.id);
  });

  it('keep the set that has them from being deleted, and are lost with it by name', async () => {
    await expect(site.backups.deleteBackup(full.id)).rejects.toMatchObject({ code: 'busy' });
    const [there, away] = ['files', 'away'].map((name) => join(site.storage, full.backupName, name));
    renameSync(there, away);
    await expect(site.backups.verifyBackup(child.id)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining(`${full.backupName} is damaged: object files/uploads/`),
    });
    renameSync(away, there);
    await site.backups.verifyBackup(child.id);
  });

  it('make chains of their own where the databases are left out', async () => {
    const create = async (): Promise<BackupHistory> =>
      site.backups.getBackup(await site.backups.createBackup('incremental', { databases: [] }));
    const first = await create();
    expect(first).toMatchObject({ backupType: 'full', parentId: null, tablesIncluded: [] });
    writeFileSync(at('newer'), 'of files alone');
    settle('newer', '.');
    const second = await create();
    expect(second).toMatchObject({ backupType: 'incremental', parentId: first.id, tablesIncluded: [] });
    expect(second.fileSize).toBeLessThan(first.fileSize * 0.01);
    await site.backups.verifyBackup(second.id, 'drill');
    expect(await restored(second)).toEqual(describeTree(site.uploads));
    rmSync(at('newer'));
    settle('.');
    expect(await backUp()).toMatchObject({ backupType: 'incremental', parentId: child.id });
  });

  it('come back in one step from any link, and by hand with stock tools', async () => {
    const grandchild = await backUp();
    expect(grandchild).toMatchObject({ backupType: 'incremental' });
    expect(await restored(grandchild)).toEqual(tree);
    expect(await restored(child)).toEqual(tree);
    await site.backups.verifyBackup(grandchild.id);

    const set = join(site.storage, grandchild.backupName);
    copyFileSync(owner.path, join(set, 'identity.txt'));
    await site.dropTables();
    await restoreByStockClient(site.storage, grandchild);
    expect(describeTree(join(set, 'restored/uploads'))).toEqual(tree);
  });
});
