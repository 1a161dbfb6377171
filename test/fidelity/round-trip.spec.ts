<<<<<<< HEAD
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createBackupApp, type BackupApp } from '../support/bad-input-app.js';
import { createFidelityDatabase, type FidelityDatabase } from '../support/fidelity-fixture.js';
import { fingerprint, type Fingerprint } from '../support/fidelity-fingerprint.js';
import { createPackages, createSystemVersionedTables } from '../support/fidelity-hard-cases.js';
import { quoteName } from '../support/fidelity-session.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
=======
import { createFidelityDatabase } from '../support/fidelity-fixture.js';
import { createPackages } from '../support/fidelity-hard-cases.js';
import { testRoundTrip } from '../support/test-round-trip.js';
>>>>>>> db30d9b (test: a round trip of everything that a backup of MySQL can lose)
import { testServerUrl } from '../support/test-server.js';

jest.setTimeout(180_000);

describe('a round trip of everything that a logical backup can lose', () => {
<<<<<<< HEAD
  let catalog: TestDatabase;
  let server: TestDatabase;
  let fixture: FidelityDatabase;
  let folder: string;
  let app: BackupApp;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backup-fidelity-'));
    catalog = await createTestDatabase('catalog');
    server = await createTestDatabase('fidelity');
    fixture = await createFidelityDatabase(server.query, server.name);
    await createPackages(server.query, server.name);
    await createSystemVersionedTables(server.query, server.name);
    // small ranges, so that keys of every kind bound some
    app = await createBackupApp({ url: catalog.url, storageFolder: folder, rangeBytes: 10_000 });
  });

  afterAll(async () => {
    await app.close();
    await fixture.drop();
    await server.drop();
    await catalog.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const fingerprints = async (): Promise<Fingerprint[]> => {
    const all: Fingerprint[] = [];
    for (const database of fixture.databases) {
      // a view's definition is shown with or without the database's name, as the session's database is that or not
      const connection = await createConnection({ uri: testServerUrl(), multipleStatements: true, dateStrings: true });
      try {
        await connection.query(`USE ${quoteName(database)}`);
        const query: typeof server.query = async (sql, params = []) => {
          const [rows] = await connection.query<RowDataPacket[]>(sql, [...params]);
          return Array.isArray(rows) ? rows : [];
        };
        all.push(await fingerprint(query, database));
      } finally {
        connection.destroy();
      }
    }
    return all;
  };

  const undoSchemas = async (): Promise<unknown[]> =>
    server.query(
      `SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE '${server.name}%restore%' OR SCHEMA_NAME LIKE '${server.name}%undo%'`,
    );

  it('brings databases back that were dropped', async () => {
    const before = await fingerprints();
    const id = await app.backups.createBackup('database', { databases: fixture.databases });
    await app.backups.verifyBackup(id, 'full');
    for (const database of fixture.databases) {
      await server.query(`SET foreign_key_checks=0; DROP DATABASE ${quoteName(database)}`);
    }
    await app.backups.restore(id);
    expect(await fingerprints()).toEqual(before);
    await app.backups.undoRestore(id);
    expect(await undoSchemas()).toEqual([]);
    await app.backups.restore(id);
    expect(await fingerprints()).toEqual(before);
  });

  it('brings a damaged database back, and the damage when it is undone', async () => {
    const before = await fingerprints();
    const id = await app.backups.createBackup('database', { databases: fixture.databases, compression: 'gzip:1' });
    await server.query(
      `USE ${quoteName(server.name)}; SET foreign_key_checks=0; DROP TABLE tree; DELETE FROM floats; UPDATE texts SET v = 'lost'; DROP VIEW first_view; DROP TRIGGER IF EXISTS on_myisam; ALTER TABLE no_key ADD COLUMN extra int`,
    );
    const damaged = await fingerprints();
    expect(damaged).not.toEqual(before);
    await app.backups.restore(id);
    expect(await fingerprints()).toEqual(before);
    await app.backups.undoRestore(id);
    expect(await fingerprints()).toEqual(damaged);
    await app.backups.restore(id);
    expect(await fingerprints()).toEqual(before);
  });

  it('comes back with stock programs alone, as README.txt of the set says', async () => {
    const before = await fingerprints();
    const id = await app.backups.createBackup('database', { databases: fixture.databases });
    const { backupName } = await app.backups.getBackup(id);
    for (const database of fixture.databases) {
      await server.query(`SET foreign_key_checks=0; DROP DATABASE ${quoteName(database)}`);
    }
    await writeOptionFile(folder);
    const { stderr } = await execute('bash', ['-eo', 'pipefail', 'README.txt'], {
      cwd: join(folder, backupName),
      env: { HOME: folder, PATH: process.env.PATH },
    });
    expect(stderr).toBe('');
    expect(await fingerprints()).toEqual(before);
=======
  testRoundTrip({ name: 'MariaDB', url: testServerUrl() }, async ({ query, name }) => {
    const fixture = await createFidelityDatabase(query, name);
    await createPackages(query, name);
    return fixture;
>>>>>>> db30d9b (test: a round trip of everything that a backup of MySQL can lose)
  });
});
