import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '@app/backup/backup-set/manifest.js';
import { createBackupApp, type BackupApp } from '../support/bad-input-app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

jest.setTimeout(60_000);

describe('a set that is adapted on a server of its own kind', () => {
  let folder: string;
  let app: BackupApp;
  let catalog: TestDatabase;
  let source: TestDatabase;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backup-mapped-'));
    catalog = await createTestDatabase('catalog');
    app = await createBackupApp({ url: catalog.url, storageFolder: folder });
  });

  beforeEach(async () => {
    source = await createTestDatabase('mapped');
    await source.query('ALTER DATABASE COLLATE utf8mb4_bin; CREATE TABLE words (word varchar(20) PRIMARY KEY, n int)');
  });

  afterEach(() => source.drop());

  afterAll(async () => {
    await app.close();
    await catalog.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const backUp = (): Promise<number> => app.backups.createBackup('database', { databases: [source.name] });
  const MAP = ['utf8mb4_bin=utf8mb4_uca1400_ai_ci'];

  it('gets other collations, and its rows in another order', async () => {
    await source.query(
      "INSERT INTO words VALUES ('B', 1), ('a', 2), ('ä2', 3); CREATE VIEW v AS SELECT word FROM words WHERE word = 'A' COLLATE utf8mb4_bin",
    );
    const id = await backUp();
    const { compatibility } = await app.backups.previewRestore(id, { mapCollations: MAP });
    expect(compatibility.provenBySum.map(({ table }) => table)).toEqual(['words']);
    await app.backups.restore(id, { mapCollations: MAP });
    const [{ collation }] = await source.query(
      'SELECT DEFAULT_COLLATION_NAME AS collation FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()',
    );
    const words = await source.query('SELECT word FROM words ORDER BY word');
    expect([collation, words.map(({ word }) => word)]).toEqual(['utf8mb4_uca1400_ai_ci', ['a', 'ä2', 'B']]);
    expect(await source.query('SELECT * FROM v')).toEqual([{ word: 'a' }]);
  });

  it('is refused when rows become the same, and live data stays', async () => {
    await source.query("INSERT INTO words VALUES ('a', 1), ('A', 2)");
    const id = await backUp();
    await source.query("DELETE FROM words WHERE word = 'A'");
    await expect(app.backups.restore(id, { mapCollations: MAP })).rejects.toMatchObject({
      code: 'incompatible',
      message: expect.stringMatching(
        /^Table words has rows that differed where they were backed up and are the same under its collation here \(.*Duplicate entry '[aA]' for key .*PRIMARY.*live data was not touched\.$/,
      ) as string,
    });
    expect(await source.query('SELECT * FROM words')).toEqual([{ word: 'a', n: 1 }]);
  });

  it('comes from an older version, whose words for the same definition are others', async () => {
    await source.query(
      "INSERT INTO words VALUES ('b', 1), ('a', 2); CREATE TABLE old (name char(9)) CHARACTER SET utf8mb3",
    );
    const id = await backUp();
    await editManifest(folder, (await app.backups.getBackup(id)).backupName, (manifest) => ({
      ...manifest,
      server: manifest.server && { ...manifest.server, version: '10.5.29-MariaDB' },
      databases: manifest.databases.map((database) => ({
        ...database,
        tables: database.tables.map((table) => ({
          ...table,
          ddl: table.ddl
            .replaceAll('utf8mb3', 'utf8')
            .replace('DEFAULT CHARSET=utf8 COLLATE=utf8_general_ci', 'DEFAULT CHARSET=utf8'),
        })),
      })),
    }));
    await source.query('DROP TABLE old');
    await app.backups.restore(id, { trustStorage: true });
    const [{ collation }] = await source.query(
      "SELECT TABLE_COLLATION AS collation FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'old'",
    );
    expect(collation).toBe('utf8mb3_general_ci');
  });

  it('comes from a newer version, with a type that this one does not know', async () => {
    const id = await backUp();
    await editManifest(folder, (await app.backups.getBackup(id)).backupName, (manifest) => ({
      ...manifest,
      server: manifest.server && { ...manifest.server, version: '11.8.3-MariaDB' },
      databases: manifest.databases.map((database) => ({
        ...database,
        tables: database.tables.map((table) => ({ ...table, ddl: table.ddl.replace('int(11)', 'vector(3)') })),
      })),
    }));
    const { compatibility } = await app.backups.previewRestore(id, { trustStorage: true });
    expect(compatibility.incompatible.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
      expect.stringMatching(/^words: (?:syntax that this server does not know|Unknown data type)/),
    ]);
  });
});

async function editManifest(folder: string, set: string, edit: (manifest: Manifest) => Manifest): Promise<void> {
  const path = join(folder, set, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
  await writeFile(path, JSON.stringify(edit(manifest)));
}
