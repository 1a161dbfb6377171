import { CATALOG_TABLES, type BackupModuleOptions, type BackupService } from '@app/backup';
import type { EventEmitter2 } from '@nestjs/event-emitter';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createBackupApp, type BackupApp } from './bad-input-app.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

/** Tables that are there besides the application's. */
const OTHER_TABLES: readonly string[] = [...CATALOG_TABLES, 'migrations'];

/** One object of each kind: tables with rows, a view, a routine, a trigger. */
const SHOP = [
  'CREATE TABLE customers (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(100) NOT NULL, UNIQUE KEY by_name (name))',
  `CREATE TABLE orders (id INT PRIMARY KEY AUTO_INCREMENT, customer INT NOT NULL, total DECIMAL(10,2) NOT NULL,
     FOREIGN KEY (customer) REFERENCES customers (id))`,
  "INSERT INTO customers (name) VALUES ('Ada'), ('Grace'), ('Edsger'), ('Барбара')",
  'INSERT INTO orders (customer, total) SELECT 1 + MOD(seq, 4), seq / 3 FROM seq_1_to_200',
  'CREATE VIEW sales AS SELECT customer, SUM(total) AS total FROM orders GROUP BY customer',
  'CREATE FUNCTION twice (n INT) RETURNS INT DETERMINISTIC RETURN n * 2',
  'CREATE TRIGGER no_debt BEFORE INSERT ON orders FOR EACH ROW SET NEW.total = ABS(NEW.total)',
];

/** Everything that a failed operation must leave as it was. */
export interface SiteState {
  /** Definition and checksum of each of the application's tables. */
  readonly tables: Record<string, string>;
  readonly objects: readonly string[];
  /** Schemas derived from the database: staging, undo, and names to restore under. */
  readonly schemas: readonly string[];
  /** Path and size of everything in storage. */
  readonly stored: readonly string[];
}

/** A shop's database, a folder for its backups and an application that backs the one up to the other. */
export class Site {
  private constructor(
    readonly database: TestDatabase,
    readonly storageFolder: string,
    readonly app: BackupApp,
  ) {}

  static async open(
    options: Omit<BackupModuleOptions, 'storage'> & {
      readonly database?: TestDatabase;
      readonly storageFolder?: string;
    } = {},
  ): Promise<Site> {
    const {
      database = await createTestDatabase('bad_input'),
      storageFolder = await temporaryFolder(),
      ...rest
    } = options;
    for (const statement of SHOP) {
      await database.query(statement);
    }
    return new Site(
      database,
      storageFolder,
      await createBackupApp({ url: database.url, storageFolder, threads: 1, ...rest }),
    );
  }

  /** Another application on the same database and storage, with other options. */
  async withOptions<T>(
    options: Partial<Omit<BackupModuleOptions, 'storage'>> & { readonly storageFolder?: string },
    act: (other: Site) => Promise<T>,
  ): Promise<T> {
    const { storageFolder = this.storageFolder, ...rest } = options;
    const app = await createBackupApp({ url: this.database.url, storageFolder, threads: 1, ...rest });
    try {
      return await act(new Site(this.database, storageFolder, app));
    } finally {
      await app.close();
    }
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.database.drop();
    await rm(this.storageFolder, { recursive: true, force: true });
  }

  get backups(): BackupService {
    return this.app.backups;
  }

  get events(): EventEmitter2 {
    return this.app.events;
  }

  /** As messages show it. */
  get storageUrl(): string {
    return pathToFileURL(this.storageFolder).href;
  }

  /** `user@host:port` of the account in use, as messages show it. */
  get account(): string {
    const { username, hostname, port } = new URL(this.database.url);
    return `${username}@${hostname}:${port || '3306'}`;
  }

  /** Absolute path of something in a set. */
  path(set: string, key = ''): string {
    return join(this.storageFolder, set, key);
  }

  /** The name of a backup's set. */
  async setOf(id: number): Promise<string> {
    return (await this.backups.getBackup(id)).backupName;
  }

  async state(): Promise<SiteState> {
    const names = await this.applicationTables();
    const tables: Record<string, string> = {};
    for (const name of names) {
      const [create] = await this.database.query(`SHOW CREATE TABLE \`${name}\``);
      const [sum] = await this.database.query(`CHECKSUM TABLE \`${name}\``);
      // a server that starts again makes the next value smaller where it can
      const definition = String(create['Create Table']).replace(/ AUTO_INCREMENT=\d+/, '');
      tables[name] = `${definition} ${String(sum.Checksum)}`;
    }
    const objects = await this.database.query(
      `SELECT CONCAT('view ', TABLE_NAME) AS name FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()
       UNION ALL SELECT CONCAT('routine ', ROUTINE_NAME) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()
       UNION ALL SELECT CONCAT('trigger ', TRIGGER_NAME) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()
       ORDER BY 1`,
    );
    const schemas = await this.database.query(
      'SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE LEFT(SCHEMA_NAME, ?) = ? ORDER BY 1',
      [this.database.name.length + 1, `${this.database.name}_`],
    );
    return {
      tables,
      objects: objects.map((row) => String(row.name)),
      schemas: schemas.map((row) => String(row.name)),
      stored: await this.stored(),
    };
  }

  private async applicationTables(): Promise<string[]> {
    const rows = await this.database.query(
      "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY 1",
    );
    return rows.map((row) => String(row.name)).filter((name) => !OTHER_TABLES.includes(name));
  }

  private async stored(): Promise<string[]> {
    const entries = await readdir(this.storageFolder, { recursive: true, withFileTypes: true }).catch(() => []);
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
    const sizes = await Promise.all(files.map(async (file) => `${file} ${String((await stat(file)).size)}`));
    return [...folders, ...sizes].sort();
  }
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'nestjs-backup-bad-input-'));
}
