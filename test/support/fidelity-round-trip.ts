import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { createBackupApp, type BackupApp } from './bad-input-app.js';
import { fingerprint, type Fingerprint } from './fidelity-fingerprint.js';
import type { FidelityDatabase } from './fidelity-fixture.js';
import { quoteName } from './fidelity-session.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { mysqlClient, type TestServer } from './test-server.js';

const execute = promisify(execFile);

/** Databases with everything in them, and an application that backs them up and restores them. */
export class RoundTrip {
  private constructor(
    readonly app: BackupApp,
    readonly database: TestDatabase,
    readonly fixture: FidelityDatabase,
    private readonly server: TestServer,
    private readonly catalog: TestDatabase,
    private readonly folder: string,
  ) {}

  static async start(
    server: TestServer,
    createFixture: (database: TestDatabase) => Promise<FidelityDatabase>,
  ): Promise<RoundTrip> {
    const folder = await mkdtemp(join(tmpdir(), 'backup-fidelity-'));
    const catalog = await createTestDatabase('catalog', server.url);
    const database = await createTestDatabase('fidelity', server.url);
    const fixture = await createFixture(database).catch(async (error: unknown) => {
      // open sessions would keep the tests from ending
      await Promise.all([database.drop(), catalog.drop()]);
      throw error;
    });
    // small ranges, so that keys of every kind bound some
    const app = await createBackupApp({ url: catalog.url, storageFolder: folder, rangeBytes: 10_000 });
    return new RoundTrip(app, database, fixture, server, catalog, folder);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.fixture.drop();
    await this.database.drop();
    await this.catalog.drop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async fingerprints(): Promise<Fingerprint[]> {
    const all: Fingerprint[] = [];
    for (const database of this.fixture.databases) all.push(await this.fingerprint(database));
    return all;
  }

  async dropAll(): Promise<void> {
    const drops = this.fixture.databases.map((database) => `DROP DATABASE ${quoteName(database)}`);
    await this.database.query(['SET foreign_key_checks=0', ...drops, 'SET foreign_key_checks=DEFAULT'].join(';\n'));
  }

  /** Schemas that a restore made for itself. */
  async scratchSchemas(): Promise<unknown[]> {
    const { name } = this.database;
    return this.database.query(
      'SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE ? OR SCHEMA_NAME LIKE ?',
      [`${name}%restore%`, `${name}%undo%`],
    );
  }

  /** Follows README.txt of a set with the server's own client; gives what that complains of. */
  async followReadme(set: string): Promise<string> {
    await this.writeOptionFile();
    const { stderr } = await execute('bash', ['-eo', 'pipefail', 'README.txt'], {
      cwd: join(this.folder, set),
      env: { HOME: this.folder, PATH: this.pathOfClient() },
    });
    return stderr;
  }

  private async fingerprint(database: string): Promise<Fingerprint> {
    // a view's definition is shown with or without the database's name, as the session's database is that or not
    const connection = await createConnection({ uri: this.server.url, multipleStatements: true, dateStrings: true });
    try {
      await connection.query(`USE ${quoteName(database)}`);
      if (this.server.name === 'MySQL') await connection.query('SET information_schema_stats_expiry=0');
      return await fingerprint(async (sql, params = []) => {
        const [rows] = await connection.query<RowDataPacket[]>(sql, [...params]);
        return Array.isArray(rows) ? rows : [];
      }, database);
    } finally {
      connection.destroy();
    }
  }

  /** How the stock client finds the server. */
  private async writeOptionFile(): Promise<void> {
    const { hostname, port, username, password } = new URL(this.server.url);
    const lines = [`host=${hostname}`, `port=${port}`, `user=${username}`, `password=${decodeURIComponent(password)}`];
    await writeFile(join(this.folder, '.my.cnf'), `[client]\n${lines.join('\n')}\n`, { mode: 0o600 });
  }

  private pathOfClient(): string {
    const path = process.env.PATH ?? '';
    return this.server.name === 'MySQL' ? `${dirname(mysqlClient())}${delimiter}${path}` : path;
  }
}
