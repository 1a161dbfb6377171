import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackupApp, type BackupApp } from './bad-input-app.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import type { TestServer } from './test-server.js';

/** An application on a server of its own, and a database that it backs up or restores. */
export interface Site {
  readonly app: BackupApp;
  /** Holds the catalog. */
  readonly catalog: TestDatabase;
}

/** Two applications on two servers, which share a storage: what one backs up, the other restores. */
export interface CrossServers {
  readonly from: Site;
  readonly to: Site;
  /** Absolute path. */
  readonly folder: string;
  /** Backs a database up on the first server. @returns the backup's id in the catalog of the second */
  carry(database: string): Promise<number>;
  close(): Promise<void>;
}

export async function createCrossServers(from: TestServer, to: TestServer): Promise<CrossServers> {
  const folder = await mkdtemp(join(tmpdir(), 'backup-cross-'));
  const sites: Site[] = [];
  for (const { url } of [from, to]) {
    const catalog = await createTestDatabase('catalog', url);
    sites.push({
      catalog,
      app: await createBackupApp({ url: catalog.url, storageFolder: folder, rangeBytes: 10_000 }),
    });
  }
  const [first, second] = sites;
  return {
    from: first,
    to: second,
    folder,
    async carry(database) {
      const id = await first.app.backups.createBackup('database', { databases: [database] });
      const { backupName } = await first.app.backups.getBackup(id);
      const { imported } = await second.app.backups.importSets({ names: [backupName] });
      return imported[0];
    },
    async close() {
      for (const { app, catalog } of sites) {
        await app.close();
        await catalog.drop();
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
