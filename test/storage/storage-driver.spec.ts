import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BackupModuleOptions, StorageDriver } from '@app/backup';
import { openStorageDriver, storageContract } from '../../libs/backup/src/storage-testing/index.js';
import { codeBlocks } from '../readme/markdown.js';
import { describeTree } from '../support/file-tree.js';
import { openFilesSite, type FilesSite } from '../files/files-site.js';
import { createKeyFolder, type KeyFile, type KeyFolder } from '../encryption/encrypted-site.js';
import { startWebServer, type WebServer } from './web-server.js';

jest.setTimeout(120_000);

const MODULE = new URL('./web-storage.js', pathToFileURL(__filename));

describe('A storage driver of the application', () => {
  let server: WebServer;
  let driver: StorageDriver;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nestjs-backup-driver-'));
    server = await startWebServer();
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, server.token);
    driver = { module: MODULE, options: { url: server.url, tokenFile } };
  });

  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  afterEach(() => {
    server.answerWith(null);
    server.objects.clear();
  });

  describe('keeps the contract', () => {
    it.each(storageContract)('$name', ({ check }) =>
      check({
        storage: openStorageDriver(driver),
        leftovers: () => Promise.resolve([...server.objects.keys()].sort()),
      }),
    );
  });

  it('is the one that the documentation shows', async () => {
    const page = await readFile(new URL('../../docs/storage-drivers.md', MODULE), 'utf8');
    expect(codeBlocks(page, 'js')).toEqual([await readFile(MODULE, 'utf8')]);
  });

  describe('serves an application', () => {
    let site: FilesSite;
    let keys: KeyFolder;
    let owner: KeyFile;

    beforeAll(async () => {
      keys = await createKeyFolder();
      owner = await keys.make('owner');
    });

    afterAll(() => keys.remove());

    beforeEach(async () => {
      const encryption: BackupModuleOptions['encryption'] = {
        key: [owner.recipient],
        identities: { file: owner.path },
      };
      site = await openFilesSite({ storage: driver, encryption });
      await site.query('CREATE TABLE notes (id INT PRIMARY KEY, body TEXT)');
      await site.query("INSERT INTO notes VALUES (1, 'one'), (2, 'two')");
    });

    afterEach(() => site.close());

    it('with backups, incremental ones, proofs, restores, cleanups and imports', async () => {
      const { backups } = site;
      const full = await backups.createBackup('full');
      await site.query("UPDATE notes SET body = 'three' WHERE id = 2");
      const incremental = await backups.createBackup('incremental');

      expect(await backups.getBackup(incremental)).toMatchObject({ parentId: full, storage: server.url });
      await backups.verifyBackup(incremental);
      const tree = (): string[] => describeTree(site.uploads).filter((line) => !line.startsWith('/.nestjs-backup'));
      const uploads = tree();
      await site.query('DROP TABLE notes');
      await rm(site.uploads, { recursive: true });
      await backups.restore(incremental);
      expect(await site.query('SELECT body FROM notes ORDER BY id')).toEqual([{ body: 'one' }, { body: 'three' }]);
      expect(tree()).toEqual(uploads);

      await backups.deleteBackup(incremental);
      const { backupName } = await backups.getBackup(full);
      expect([...server.objects.keys()].filter((key) => !key.startsWith(`${backupName}/`))).toEqual([]);
      await site.query('DELETE FROM backup_restore_log');
      await site.query('DELETE FROM backup_history');
      expect(await backups.importSets()).toMatchObject({ imported: [expect.any(Number)], skipped: [] });
      expect((await backups.examine()).lines.filter(({ check }) => check === 'storage')).toMatchObject([
        { status: 'ok', message: `${server.url} can be written, read and deleted from.` },
      ]);
    });

    it('and is gone: what fails says where and why, and leaves no backup behind', async () => {
      server.answerWith(503);

      await expect(site.backups.createBackup('database')).rejects.toMatchObject({
        code: 'storage_failed',
        message: expect.stringMatching(
          /^The storage http:\/\/127\.0\.0\.1:\d+\/backups failed: PUT check-\S+ was answered 503\.$/,
        ) as string,
      });
      server.answerWith(null);
      expect(server.objects.size).toBe(0);
      await site.backups.createBackup('database');
    });
  });

  describe('that cannot be used is refused when the application starts:', () => {
    const write = async (text: string): Promise<StorageDriver> => {
      const path = join(folder, `driver-${String(Math.random()).slice(2)}.cjs`);
      await writeFile(path, text);
      return { module: pathToFileURL(path).href };
    };

    it.each([
      ['no module', 'throw new Error("no such disk")', 'it cannot be loaded \\(no such disk\\)'],
      ['no factory', 'exports.create = () => ({})', 'it exports no function createStorage'],
      [
        'a factory that fails',
        'exports.createStorage = () => { throw new Error("no url"); }',
        'createStorage failed \\(no url\\)',
      ],
      [
        'a factory of something else',
        'exports.createStorage = () => ({ put() {} })',
        'what createStorage gives has no check, room, flush, .*',
      ],
    ])('%s', async (_case, text, reason) => {
      const broken = await write(text);
      expect(() => openStorageDriver(broken)).toThrow(
        new RegExp(`^The storage driver file:///\\S+ cannot be used: ${reason}\\.$`),
      );
    });

    it('a location that shows an account', async () => {
      const methods = 'check room put flush get stat list listSets delete sweep deleteSet'.split(' ');
      const text = `exports.createStorage = () => ({ location: 's3://key:secret@bucket', ${methods.map((name) => `${name}() {}`).join(', ')} })`;
      const broken = await write(text);
      expect(() => openStorageDriver(broken)).toThrow(
        /its location is not a URL like s3:\/\/bucket\/folder, without an account\.$/,
      );
    });

    it.each([
      ['a package by its bare name', { module: 'my-storage' }, /names the module "my-storage", which is no file: URL/],
      [
        'options that are no data',
        { module: MODULE, options: { connect: () => null } },
        /has options that cannot be copied to a thread/,
      ],
    ])('%s', (_case, wrong: StorageDriver, message) => {
      expect(() => openStorageDriver(wrong)).toThrow(message);
    });
  });
});
