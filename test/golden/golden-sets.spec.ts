import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startModuleHost, type ModuleHost } from '../module/module-host.js';
import { temporaryFolder, type TemporaryFolder } from '../support/file-tree.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/**
 * Sets of each version of the format, as they were written then: a full one of databases, files and configuration, and an
 * incremental one that builds on it. They are never written anew; a new version of the format gets a folder of its own.
 */
const VERSIONS = readdirSync(fileURLToPath(new URL('.', pathToFileURL(__filename)))).filter((name) =>
  /^\d+$/.test(name),
);

describe.each(VERSIONS)('Sets of format version %s', (version) => {
  let temporary: TemporaryFolder;
  let database: TestDatabase;
  let copy: TestDatabase;
  let host: ModuleHost;
  let ids: readonly number[];

  const at = (...path: string[]): string => join(temporary.path, ...path);

  beforeAll(async () => {
    temporary = await temporaryFolder('golden');
    cpSync(fileURLToPath(new URL(`./${version}`, pathToFileURL(__filename))), at('storage'), { recursive: true });
    mkdirSync(at('uploads'));
    mkdirSync(at('configuration'));
    database = await createTestDatabase('golden');
    copy = await createTestDatabase('golden_copy');
    host = await startModuleHost(database.url, {
      storage: pathToFileURL(at('storage')).href,
      databases: [copy.name],
      files: { uploads: { path: at('uploads') } },
      configuration: { env: { path: at('configuration', '.env') } },
    });
  });

  afterAll(async () => {
    await host.app.close();
    await copy.drop();
    await database.drop();
    await temporary.remove();
  });

  it('are taken into a catalog, and are what was written', async () => {
    const { imported, skipped } = await host.backups.importSets();
    expect(skipped).toEqual([]);
    ids = imported;
    const backups = await Promise.all(ids.map((id) => host.backups.getBackup(id)));
    expect(backups.map(({ backupType, parentId }) => ({ backupType, parentId }))).toEqual([
      { backupType: 'full', parentId: null },
      { backupType: 'incremental', parentId: ids[0] },
    ]);
    for (const id of ids) await host.backups.verifyBackup(id);
  });

  it('bring back rows, definitions and files', async () => {
    await host.backups.restore(ids[1], { databases: [`golden=${copy.name}`] });
    await host.backups.restore(ids[1], { roots: ['uploads', 'env'] });

    expect(await copy.query('SELECT id, total FROM orders ORDER BY id')).toEqual([
      { id: 10, total: '8.00' },
      { id: '9007199254740993', total: '7.25' },
    ]);
    expect(
      await copy.query(
        'SELECT name, HEX(photo) AS photo, score * 1.0 AS score, weight, balance, seen, extra, initial FROM customers ORDER BY id',
      ),
    ).toMatchObject([
      { name: 'Ada "the first"', photo: '00FF0A0D275C1A', weight: 1e-308, balance: '-12.50', initial: 'A' },
      { name: 'Grace 😀\nHopper', photo: null, score: 16777216, balance: '99.99', extra: null },
      { name: '日本語', photo: '', score: null, weight: 1.7976931348623157e308, initial: '日' },
    ]);
    expect(await copy.query('SELECT id FROM debtors')).toEqual([{ id: 1 }]);
    expect(await copy.query('SELECT doubled(21) AS answer')).toEqual([{ answer: 42 }]);
    expect(await copy.query('SHOW TRIGGERS')).toMatchObject([{ Trigger: 'count_orders', Table: 'orders' }]);

    expect(readFileSync(at('uploads', 'avatars', 'ada.png'), 'utf8')).toBe('a picture');
    expect(readFileSync(at('uploads', 'odd name 日本.txt'), 'utf8')).toBe('one\ntwo\n');
    expect(readFileSync(at('uploads', 'new'), 'utf8')).toBe('new');
    expect(lstatSync(at('uploads', 'empty')).size).toBe(0);
    expect(readdirSync(at('uploads', 'hollow'))).toEqual([]);
    expect(readlinkSync(at('uploads', 'latest'))).toBe('avatars/ada.png');
    expect(readFileSync(at('configuration', '.env'), 'utf8')).toBe('SECRET=no\n');
  });
});
