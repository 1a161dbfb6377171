import type { BackupModuleOptions, BackupService } from '@app/backup';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startModuleHost } from '../module/module-host.js';
import { makeHardTree, temporaryFolder } from '../support/file-tree.js';
import { createTestDatabase } from '../support/test-database.js';

/** An application with uploads, configuration and a database, whose backups go to a folder. */
export interface FilesSite {
  readonly folder: string;
  readonly uploads: string;
  readonly storage: string;
  readonly backups: BackupService;
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** Leaves an empty database behind, without a catalog. */
  dropTables(): Promise<void>;
  /** Absolute path of something in a backup's set. */
  stored(id: number, key?: string): Promise<string>;
  close(): Promise<void>;
}

export async function openFilesSite(more: Partial<BackupModuleOptions> = {}): Promise<FilesSite> {
  const database = await createTestDatabase('files');
  const temporary = await temporaryFolder('files');
  const [uploads, storage, environment] = ['uploads', 'storage', '.env'].map((name) => join(temporary.path, name));
  makeHardTree(uploads);
  mkdirSync(storage);
  writeFileSync(environment, 'SECRET=1\n');
  const host = await startModuleHost(database.url, {
    storage: pathToFileURL(storage).href,
    threads: 2,
    files: { uploads: { path: uploads } },
    configuration: { env: { path: environment } },
    scratchPath: temporary.path,
    ...more,
  });
  return {
    folder: temporary.path,
    uploads,
    storage,
    backups: host.backups,
    query: (sql) => database.query(sql),
    async dropTables() {
      await database.query(`DROP DATABASE ${database.name}`);
      await database.query(`CREATE DATABASE ${database.name}`);
    },
    stored: async (id, key = '') => join(storage, (await host.backups.getBackup(id)).backupName, key),
    async close() {
      await host.app.close();
      await database.drop();
      await temporary.remove();
    },
  };
}
