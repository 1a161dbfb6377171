import type { BackupHistory, BackupModuleOptions, CreateBackupOptions } from '@app/backup';
import type { Manifest, TableRecord } from '@app/backup/backup-set/manifest.js';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

/** Numbers from 0 to 9999 as `n`, on every server. */
const DIGITS =
  '(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)';
const NUMBERS = `(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n FROM ${DIGITS} a, ${DIGITS} b, ${DIGITS} c, ${DIGITS} e) numbers`;
/** Two kilobytes of text that compresses to the half. */
const TEXT = `CONCAT(${Array.from({ length: 32 }, (_, index) => `SHA2(n * 32 + ${String(index)}, 256)`).join(', ')})`;
const RANGE_BYTES = 256 * 1024;

/** Rows of the large table, where a hundredth of them are to be less than a twentieth of its ranges. */
export const EVENTS = 10_000;
/** Rows of a large table of some thirty ranges. */
export const FEWER_EVENTS = 4000;

/** A database with a large and a small table, whose backups stand on one another. */
export class ChainSite {
  private constructor(
    readonly database: TestDatabase,
    readonly folder: BackupFolder,
    readonly host: ModuleHost,
  ) {}

  /** @param rows of the large table */
  static async open(
    server?: string,
    options: Partial<BackupModuleOptions> = {},
    rows: number = EVENTS,
  ): Promise<ChainSite> {
    const database = await createTestDatabase('chain', server);
    await database.query('CREATE TABLE events (id INT PRIMARY KEY, kind INT NOT NULL, body TEXT)');
    await database.query(`INSERT INTO events SELECT n, 0, ${TEXT} FROM ${NUMBERS} WHERE n < ?`, [rows]);
    await database.query('CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(40))');
    await database.query("INSERT INTO people VALUES (1, 'Ada'), (2, 'Grace')");
    await database.query('ANALYZE TABLE events, people');
    const folder = await createBackupFolder();
    const host = await startModuleHost(database.url, {
      storage: folder.url,
      rangeBytes: RANGE_BYTES,
      threads: 2,
      ...options,
    });
    return new ChainSite(database, folder, host);
  }

  /** Another application on the same database and storage, with other options. */
  async withOptions<T>(options: Partial<BackupModuleOptions>, act: (other: ChainSite) => Promise<T>): Promise<T> {
    const settings = { storage: this.folder.url, rangeBytes: RANGE_BYTES, threads: 2, ...options };
    const host = await startModuleHost(this.database.url, settings);
    try {
      return await act(new ChainSite(this.database, this.folder, host));
    } finally {
      await host.app.close();
    }
  }

  async close(): Promise<void> {
    try {
      await this.host.app.close();
    } finally {
      await this.folder.remove();
      await this.database.drop();
    }
  }

  /** Makes an incremental backup. */
  async backUp(options: CreateBackupOptions = {}): Promise<BackupHistory> {
    return this.host.backups.getBackup(await this.host.backups.createBackup('incremental', options));
  }

  /** Why a backup is what it is, as its log says. */
  async reasonOf({ backupid }: BackupHistory): Promise<string | undefined> {
    const log = await this.host.backups.getOperationLog(backupid ?? '');
    return log.map(({ message }) => message).find((message) => message.startsWith('It '));
  }

  /** Changes the rows from one number to another, which lie side by side. */
  async change(from: number, to: number): Promise<void> {
    await this.database.query('UPDATE events SET kind = kind + 1 WHERE id BETWEEN ? AND ?', [from, to]);
  }

  async checksums(): Promise<readonly unknown[]> {
    const rows = await this.database.query('CHECKSUM TABLE events, people');
    return rows.map(({ Checksum }) => Checksum);
  }

  async manifestOf({ backupName }: BackupHistory): Promise<Manifest> {
    return JSON.parse(await readFile(join(this.folder.path, backupName, 'manifest.json'), 'utf8')) as Manifest;
  }

  /** Rewrites the manifest of a set, and has the catalog believe it. */
  async forge({ id, backupName }: BackupHistory, change: (manifest: string) => string): Promise<void> {
    const path = join(this.folder.path, backupName, 'manifest.json');
    const forged = change(await readFile(path, 'utf8'));
    await writeFile(path, forged);
    const checksum = createHash('sha256').update(forged).digest('hex');
    await this.database.query('UPDATE backup_history SET checksum = ? WHERE id = ?', [checksum, id]);
  }

  /** The large table of a set. */
  async eventsOf(backup: BackupHistory): Promise<TableRecord> {
    const { databases } = await this.manifestOf(backup);
    const table = databases[0].tables.find(({ name }) => name === 'events');
    if (table === undefined) throw new Error(`${backup.backupName} holds no events`);
    return table;
  }

  /** Removes a set from the storage behind the application's back. */
  async lose({ backupName }: BackupHistory, key = ''): Promise<void> {
    await rm(join(this.folder.path, backupName, key), { recursive: true });
  }
}
