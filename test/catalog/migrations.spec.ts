import { CATALOG_TABLES } from '../../libs/backup/src/catalog/catalog-tables.js';
import { BACKUP_ENTITIES } from '../../libs/backup/src/catalog/entities.js';
import { backupMigrations } from '../../libs/backup/src/catalog/migrations/index.js';
import { BackupHistoryRepository } from '../../libs/backup/src/catalog/repositories/backup-history.repository.js';
import { createCatalogDatabase } from './catalog-database.js';
import type { CatalogDatabase } from './catalog-database.js';

describe('the migrations of the catalog', () => {
  let database: CatalogDatabase;

  beforeEach(async () => {
    database = await createCatalogDatabase({ migrate: false });
  });

  afterEach(() => database.drop());

  const pendingChanges = async (): Promise<string[]> => {
    const { upQueries } = await database.dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  };

  it('leave nothing to do that the entities ask for', async () => {
    expect((await pendingChanges()).join('\n')).toContain('CREATE TABLE `backup_history`');
    await database.dataSource.runMigrations();
    expect(await pendingChanges()).toEqual([]);
  });

  it('make exactly the catalog tables', async () => {
    await database.dataSource.runMigrations();
    const tables: { name: string; engine: string; collation: string }[] = await database.dataSource.query(
      'SELECT table_name AS name, engine AS engine, table_collation AS collation FROM information_schema.tables ' +
        "WHERE table_schema = DATABASE() AND table_name <> 'migrations'",
    );
    expect(tables.map(({ name }) => name).sort()).toEqual([...CATALOG_TABLES].sort());
    expect(new Set(tables.map(({ engine, collation }) => `${engine} ${collation}`))).toEqual(
      new Set(['InnoDB utf8mb4_unicode_ci']),
    );
    expect(BACKUP_ENTITIES).toHaveLength(CATALOG_TABLES.length);
  });

  it('can run again without harm when the record of them is lost', async () => {
    await database.dataSource.runMigrations();
    const history = new BackupHistoryRepository(database.dataSource);
    await history.insert({ backupType: 'full', backupName: 'kept', filePath: 'kept' });

    await database.dataSource.query('DROP TABLE migrations');
    const again = await database.dataSource.runMigrations();

    expect(again).toHaveLength(backupMigrations.length);
    expect(await history.findByName('kept')).not.toBeNull();
    expect(await pendingChanges()).toEqual([]);
  });

  it('can be undone, last one first', async () => {
    await database.dataSource.runMigrations();
    for (let left = backupMigrations.length; left > 0; left--) await database.dataSource.undoLastMigration();
    const tables: unknown[] = await database.dataSource.query("SHOW TABLES LIKE 'backup%'");
    expect(tables).toEqual([]);
  });
});
