import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applicationLines, type Lines, type Query } from './crash-fingerprint.js';
import { runJson, type HostEnvironment } from './crash-host.js';
import { createTestDatabase } from './test-database.js';

/** A database with an application in it, and a storage folder, for the host's command line to work on. */
export interface CrashSite {
  readonly name: string;
  readonly environment: HostEnvironment;
  readonly query: Query;
  /** The application as it is now. */
  readonly lines: () => Promise<Lines>;
  readonly remove: () => Promise<void>;
}

/** What `backup:create --json` and `backup:list --json` give. */
export interface BackupDocument {
  readonly id: number;
  readonly status: string;
  readonly backupName: string;
  readonly backupid: string;
}

/**
 * @param databases more databases of the same server that the host backs up by itself
 * @param variables more of what the host reads
 * @param serverUrl without a database
 */
export async function createCrashSite(
  statements: readonly string[] = [],
  databases: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
  serverUrl?: string,
): Promise<CrashSite> {
  const database = await createTestDatabase(undefined, serverUrl);
  const storageFolder = await mkdtemp(join(tmpdir(), 'nestjs-backup-crash-'));
  for (const statement of statements) {
    await database.query(statement);
  }
  const site: CrashSite = {
    name: database.name,
    environment: { databaseUrl: database.url, storageFolder, databases, variables },
    query: (sql, params) => database.query(sql, params),
    lines: () => applicationLines((sql, params) => database.query(sql, params), database.name),
    async remove() {
      // foreign keys between them, which a failed test may have left, would keep them from being dropped one by one
      const drops = (await schemasOf(site)).map((schema) => `DROP DATABASE \`${schema}\`;`);
      await database.query(
        `SET foreign_key_checks=0; ${drops.join(' ')} CREATE DATABASE \`${database.name}\`; SET foreign_key_checks=1`,
      );
      await database.drop();
      await rm(storageFolder, { recursive: true, force: true });
    },
  };
  return site;
}

/** Makes a backup with the host's command line. */
export function createBackup(site: CrashSite, ...options: string[]): Promise<BackupDocument> {
  return runJson<BackupDocument>(site.environment, 'backup:create', '--type=database', '--threads=2', ...options);
}

/** Everything a crash might leave that the next command has not dealt with; empty when all is clean. */
export async function leftovers(site: CrashSite, keptUndo: readonly string[] = []): Promise<string[]> {
  const found: string[] = [];
  for (const schema of await scratchSchemas(site)) {
    if (!keptUndo.includes(schema)) found.push(`schema ${schema}`);
  }
  const complete = new Set<string>();
  for (const entry of await readdir(site.environment.storageFolder, { recursive: true })) {
    if (/\/manifest\.json(?:\.age)?$/.test(entry)) complete.add(entry.split('/')[0]);
    if (entry.includes('.partial-')) found.push(`file ${entry}`);
  }
  for (const set of await readdir(site.environment.storageFolder)) {
    if (!complete.has(set)) found.push(`unfinished set ${set}`);
  }
  const rows = await site.query(
    `SELECT CONCAT('operation ', backupid, ' in state ', status) AS what FROM backup_controllers WHERE status NOT IN (900, 1000)
     UNION ALL SELECT CONCAT('backup ', id, ' ', status) FROM backup_history WHERE status IN ('pending', 'running')
     UNION ALL SELECT CONCAT('restore ', id, ' ', status) FROM backup_restore_log WHERE status IN ('pending', 'running')`,
  );
  const completed = await site.query("SELECT backup_name AS name FROM backup_history WHERE status = 'completed'");
  for (const { name } of completed) {
    if (!complete.has(String(name))) found.push(`completed backup ${String(name)} without a set`);
  }
  return [...found, ...rows.map(({ what }) => String(what))];
}

/** Staging and undo schemas of the site's databases, whoever made them. */
export async function scratchSchemas(site: CrashSite): Promise<string[]> {
  return (await schemasOf(site)).filter((name) => /_(?:restore|undo)_[0-9a-f]{8}$/.test(name));
}

/** The site's databases and everything derived from them. */
async function schemasOf(site: CrashSite): Promise<string[]> {
  const rows = await site.query('SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA');
  const own = [site.name, ...(site.environment.databases ?? [])];
  return rows
    .map(({ name }) => String(name))
    .filter((name) => own.some((database) => name === database || name.startsWith(`${database}_`)));
}
