import { DataSource } from 'typeorm';
import type { DataSourceOptions } from 'typeorm';
import { catalogDataSourceOptions } from '../../libs/backup/src/catalog/catalog-data-source.js';
import { backupMigrations } from '../../libs/backup/src/catalog/migrations/index.js';
import { createTestDatabase } from '../support/test-database.js';

/** A database of its own on the test server, and the data source of the catalog in it. */
export interface CatalogDatabase {
  readonly url: string;
  readonly dataSource: DataSource;
  /** Drops the database and closes all connections. */
  drop(): Promise<void>;
}

export async function createCatalogDatabase(options: { migrate?: boolean } = {}): Promise<CatalogDatabase> {
  const database = await createTestDatabase();
  const [server] = await database.query('SELECT VERSION() AS version');
  const host: DataSourceOptions = {
    type: /mariadb/i.test(String(server.version)) ? 'mariadb' : 'mysql',
    url: database.url,
    // what a host may have set, and what must not get into the catalog
    timezone: '+05:30',
    entityPrefix: 'host_',
    flags: ['-FOUND_ROWS'],
    extra: { timezone: '+05:30' },
  };
  const dataSource = new DataSource({ ...catalogDataSourceOptions(host), migrations: [...backupMigrations] });
  await dataSource.initialize();
  if (options.migrate !== false) await dataSource.runMigrations();
  return {
    url: database.url,
    dataSource,
    async drop() {
      await dataSource.destroy();
      await database.drop();
    },
  };
}
