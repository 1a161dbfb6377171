import {
  BackupHistory,
  BackupHistoryRepository,
  BackupLogRepository,
  BackupModule,
  BackupOperationRepository,
  BackupService,
  CATALOG_TABLES,
  type BackupModuleOptions,
  type BackupOptionsFactory,
} from '@app/backup';
import { Inject, Injectable, Module, type DynamicModule, type INestApplication } from '@nestjs/common';
import { getDataSourceToken, InjectRepository } from '@nestjs/typeorm';
import type { DataSource, Repository } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import {
  createBackupFolder,
  hostDatabase,
  startApplication,
  unconnectedDatabase,
  type BackupFolder,
} from './module-host.js';

const SETTINGS = Symbol('SETTINGS');

describe('BackupModule', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let app: INestApplication | undefined;

  beforeEach(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    app = undefined;
  });

  afterEach(async () => {
    await app?.close();
    await folder.remove();
    await database.drop();
  });

  const start = async (...imports: DynamicModule[]): Promise<INestApplication> => {
    app = await startApplication({ imports });
    return app;
  };

  const backUp = async (host: INestApplication): Promise<BackupHistory> => {
    const backups = host.get(BackupService, { strict: false });
    return backups.getBackup(await backups.createBackup('database', { threads: 1 }));
  };

  describe('registered with', () => {
    const asyncOptions = (): BackupModuleOptions => ({ storage: folder.url, compression: 'gzip:2', threads: 1 });

    /** What an application's own configuration module looks like. */
    const settingsModule = (): DynamicModule => {
      @Injectable()
      class Settings implements BackupOptionsFactory {
        createBackupOptions(): BackupModuleOptions {
          return asyncOptions();
        }
      }
      @Module({})
      class SettingsModule {}
      return { module: SettingsModule, providers: [{ provide: SETTINGS, useClass: Settings }], exports: [SETTINGS] };
    };

    const factoryClass = (): new () => BackupOptionsFactory => {
      @Injectable()
      class Settings implements BackupOptionsFactory {
        createBackupOptions(): Promise<BackupModuleOptions> {
          return Promise.resolve(asyncOptions());
        }
      }
      return Settings;
    };

    it.each<[string, () => DynamicModule]>([
      ['forRoot', () => BackupModule.forRoot(asyncOptions())],
      ['forRootAsync and useFactory', () => BackupModule.forRootAsync({ useFactory: asyncOptions })],
      [
        'forRootAsync, useFactory and what it injects',
        () =>
          BackupModule.forRootAsync({
            imports: [settingsModule()],
            inject: [SETTINGS],
            useFactory: (settings: BackupOptionsFactory) => settings.createBackupOptions(),
          }),
      ],
      ['forRootAsync and useClass', () => BackupModule.forRootAsync({ useClass: factoryClass() })],
      [
        'forRootAsync and useExisting',
        () =>
          BackupModule.forRootAsync({
            imports: [settingsModule()],
            useExisting: SETTINGS as unknown as new () => BackupOptionsFactory,
          }),
      ],
    ])('%s makes backups with the options given', async (_, register) => {
      const backup = await backUp(await start(hostDatabase(database.url), register()));

      expect(backup).toMatchObject({ status: 'completed', compression: 'gzip:2', storage: folder.url });
      expect(await folder.files()).toContain(`${backup.backupName}/manifest.json`);
    });
  });

  it('keeps its catalog in a named data source, beside an unnamed one that it leaves alone', async () => {
    const shop = await createTestDatabase();
    try {
      await shop.query('CREATE TABLE orders (id INT PRIMARY KEY)');
      await database.query('CREATE TABLE records (id INT PRIMARY KEY)');
      const backup = await backUp(
        await start(
          hostDatabase(shop.url),
          hostDatabase(database.url, 'archive'),
          BackupModule.forRoot({ storage: folder.url, dataSource: 'archive' }),
        ),
      );

      expect(backup.tablesIncluded).toContain(`${database.name}.records`);
      expect(backup.tablesIncluded?.join(' ')).not.toContain(shop.name);
      expect(await database.query('SELECT id FROM backup_history')).toEqual([{ id: backup.id }]);
      expect(await shop.query('SELECT id FROM backup_history')).toEqual([]);
      expect(app?.get<DataSource>(getDataSourceToken()).driver.database).toBe(shop.name);
    } finally {
      await app?.close();
      app = undefined;
      await shop.drop();
    }
  });

  describe('and a module that does not import it', () => {
    @Injectable()
    class Consumer {
      constructor(@Inject(BackupService) readonly backups: BackupService) {}
    }
    @Module({ providers: [Consumer] })
    class ConsumerModule {}
    const consumer = { module: ConsumerModule };

    it('give it the service when isGlobal is true', async () => {
      const host = await start(
        unconnectedDatabase(),
        BackupModule.forRoot({ storage: folder.url, isGlobal: true }),
        consumer,
      );
      expect(host.get(Consumer, { strict: false }).backups).toBeInstanceOf(BackupService);
    });

    it.each([
      ['false', { isGlobal: false }],
      ['not given', {}],
    ])('do not give it the service when isGlobal is %s', async (_, extras) => {
      const backup = BackupModule.forRoot({ storage: folder.url, ...extras });
      await expect(start(unconnectedDatabase(), backup, consumer)).rejects.toThrow(
        /can't resolve dependencies of the Consumer .*BackupService/,
      );
    });

    it('hold for forRootAsync as well', async () => {
      const useFactory = (): BackupModuleOptions => ({ storage: folder.url });
      const host = await start(
        unconnectedDatabase(),
        BackupModule.forRootAsync({ isGlobal: true, useFactory }),
        consumer,
      );
      expect(host.get(Consumer, { strict: false }).backups).toBeInstanceOf(BackupService);
      await host.close();

      app = undefined;
      await expect(start(unconnectedDatabase(), BackupModule.forRootAsync({ useFactory }), consumer)).rejects.toThrow(
        /BackupService/,
      );
    });
  });

  it('gives its repositories by class, and those of its entities by @InjectRepository', async () => {
    @Injectable()
    class Reader {
      constructor(
        readonly history: BackupHistoryRepository,
        readonly logs: BackupLogRepository,
        readonly operations: BackupOperationRepository,
        @InjectRepository(BackupHistory) readonly rows: Repository<BackupHistory>,
      ) {}
    }
    const backup = BackupModule.forRoot({ storage: folder.url, threads: 1 });
    app = await startApplication({ imports: [hostDatabase(database.url), backup], providers: [Reader] });
    const { backupName, backupid, id } = await backUp(app);

    const reader = app.get(Reader);
    expect((await reader.history.findByName(backupName))?.id).toBe(id);
    expect((await reader.operations.find(backupid ?? ''))?.status).toBe(1000);
    expect(await reader.logs.list(backupid ?? '')).not.toEqual([]);
    expect(await reader.rows.countBy({ id, status: 'completed' })).toBe(1);
  });

  it('finds an empty database with its migrations, and that database at the next start', async () => {
    const register = (): [DynamicModule, DynamicModule] => [
      hostDatabase(database.url),
      BackupModule.forRoot({ storage: folder.url, threads: 1 }),
    ];
    const { id } = await backUp(await start(...register()));
    await app?.close();

    const again = await start(...register());
    expect((await again.get(BackupService, { strict: false }).getBackup(id)).status).toBe('completed');
    const tables = await database.query("SHOW TABLES LIKE 'backup\\_%'");
    expect(tables.flatMap((row) => Object.values(row)).sort()).toEqual([...CATALOG_TABLES].sort());
  });
});
