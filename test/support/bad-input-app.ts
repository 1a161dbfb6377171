import 'reflect-metadata';

import { BACKUP_ENTITIES, backupMigrations, BackupModule, BackupService, type BackupModuleOptions } from '@app/backup';
import { EventEmitter2, EventEmitterModule } from '@nestjs/event-emitter';
import { ScheduleModule } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { pathToFileURL } from 'node:url';
import { DataSource } from 'typeorm';

export type BackupAppOptions = Omit<BackupModuleOptions, 'storage'> & {
  /** URL of the database, which holds the catalog too. */
  readonly url: string;
  /** Absolute path. */
  readonly storageFolder: string;
};

/** A small Nest application that imports the module as a host does. */
export interface BackupApp {
  readonly backups: BackupService;
  readonly events: EventEmitter2;
  close(): Promise<void>;
}

export async function createBackupApp({ url, storageFolder, ...options }: BackupAppOptions): Promise<BackupApp> {
  return startBackupApp(url, { storage: pathToFileURL(storageFolder).href, ...options });
}

/** The same with options as they are given, right or wrong. */
export async function startBackupApp(url: string, options: BackupModuleOptions): Promise<BackupApp> {
  const dataSource = await new DataSource({
    type: 'mysql',
    url,
    charset: 'utf8mb4',
    entities: [...BACKUP_ENTITIES],
    migrations: [...backupMigrations],
    migrationsRun: true,
    migrationsTransactionMode: 'each',
  }).initialize();
  const builder = Test.createTestingModule({
    imports: [
      TypeOrmModule.forRootAsync({
        useFactory: () => dataSource.options,
        dataSourceFactory: () => Promise.resolve(dataSource),
      }),
      EventEmitterModule.forRoot(),
      ScheduleModule.forRoot(),
      BackupModule.forRoot(options),
    ],
  });
  const module = await builder.compile().catch(async (error: unknown) => {
    // an application that does not start closes nothing
    await dataSource.destroy();
    throw error;
  });
  module.useLogger(false);
  await module.init();
  return {
    backups: module.get(BackupService),
    events: module.get(EventEmitter2),
    close: () => module.close(),
  };
}
