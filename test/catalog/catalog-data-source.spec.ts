import { DataSource } from 'typeorm';
import { catalogDataSourceOptions } from '../../libs/backup/src/catalog/catalog-data-source.js';
import { UnsupportedCatalogError } from '../../libs/backup/src/catalog/catalog.errors.js';
import { BackupHistoryRepository } from '../../libs/backup/src/catalog/repositories/backup-history.repository.js';
import { BackupOperationRepository } from '../../libs/backup/src/catalog/repositories/backup-operation.repository.js';
import { createCatalogDatabase } from './catalog-database.js';
import type { CatalogDatabase } from './catalog-database.js';

describe('the data source of the catalog', () => {
  let database: CatalogDatabase;

  beforeAll(async () => {
    database = await createCatalogDatabase();
  });

  afterAll(() => database.drop());

  it('stores and reads times as UTC to the millisecond, whatever the host and the session say', async () => {
    const history = new BackupHistoryRepository(database.dataSource);
    // in the hour that European clocks go through twice
    const made = new Date('2026-10-25T01:30:00.123Z');
    const id = await history.insert(
      { backupType: 'full', backupName: 'times', filePath: 'times', startedAt: made, expiresAt: '2026-11-24' },
      () => made,
    );
    const row = await history.findById(id);
    expect(row?.createdAt).toEqual(made);
    expect(row?.startedAt).toEqual(made);
    expect(row?.expiresAt).toBe('2026-11-24');

    const runner = database.dataSource.createQueryRunner();
    try {
      await runner.query("SET time_zone = '-08:00'");
      const stored: unknown = await runner.query('SELECT CAST(created_at AS CHAR) AS text FROM backup_history');
      expect(stored).toEqual([{ text: '2026-10-25 01:30:00.123' }]);
    } finally {
      await runner.query("SET time_zone = '+00:00'");
      await runner.release();
    }
  });

  it('counts the rows a guarded UPDATE matched, so that a second heartbeat in one second is one too', async () => {
    const operations = new BackupOperationRepository(database.dataSource);
    const backupid = await operations.create({ operation: 'backup', type: 'site', plan: {}, status: 800 });
    const now = (): Date => new Date('2026-01-01T00:00:00Z');
    const sign = { fraction: 0.5, bytes: 1000, bytesPerSecond: 100, secondsLeft: 10 };
    expect(await operations.heartbeat(backupid, sign, now)).toBe(true);
    expect(await operations.heartbeat(backupid, sign, now)).toBe(true);
  });

  it('reads from the master of a replicated host', async () => {
    const options = catalogDataSourceOptions({
      type: 'mysql',
      replication: {
        master: { url: database.url },
        slaves: [{ host: '127.0.0.1', port: 1 }], // nobody listens there
        defaultMode: 'slave',
      },
    });
    const dataSource = await new DataSource(options).initialize();
    try {
      expect(await new BackupHistoryRepository(dataSource).findByName('none')).toBeNull();
    } finally {
      await dataSource.destroy();
    }
  });

  it('is refused in a database that is not MySQL or MariaDB', () => {
    expect(() => catalogDataSourceOptions({ type: 'postgres' })).toThrow(UnsupportedCatalogError);
  });
});
