import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  BACKUP_ENTITIES,
  BackupModule,
  backupMigrations,
  BackupService,
  type BackupModuleOptions,
  type BackupType,
  type CreateBackupOptions,
} from '@app/backup';
import { ConsoleLogger, type DynamicModule, type INestApplication, type ModuleMetadata } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';

/** A folder for backup sets. */
export interface BackupFolder {
  readonly path: string;
  readonly url: string;
  /** Paths of all files in it, below it, sorted. */
  files(): Promise<string[]>;
  /** Bytes of all files in it. */
  size(): Promise<number>;
  remove(): Promise<void>;
}

export async function createBackupFolder(): Promise<BackupFolder> {
  const path = await mkdtemp(join(tmpdir(), 'nestjs-backup-module-'));
  const files = async (): Promise<string[]> => {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
      .sort();
  };
  return {
    path,
    url: pathToFileURL(path).href,
    files,
    async size() {
      const sizes = await Promise.all((await files()).map(async (file) => (await stat(join(path, file))).size));
      return sizes.reduce((sum, size) => sum + size, 0);
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** The host's data source: its catalog tables come from the shipped migrations. */
export function hostDatabase(url: string, name?: string): DynamicModule {
  return TypeOrmModule.forRoot({
    name,
    type: 'mysql',
    url,
    entities: [...BACKUP_ENTITIES],
    migrations: [...backupMigrations],
    migrationsRun: true,
    retryAttempts: 0,
  });
}

/** A data source that is not connected by the time the application has started, or failed to. */
export function unconnectedDatabase(): DynamicModule {
  return TypeOrmModule.forRoot({
    type: 'mysql',
    url: 'mysql://nobody@127.0.0.1:1/shop',
    entities: [...BACKUP_ENTITIES],
    manualInitialization: true,
  });
}

/**
 * Starts an application with these modules, as `NestFactory` would, without anything on the console.
 *
 * @param prepare what a host does before it starts
 */
export async function startApplication(
  metadata: ModuleMetadata,
  prepare: (app: INestApplication) => unknown = () => undefined,
): Promise<INestApplication> {
  const module = await Test.createTestingModule({
    ...metadata,
    imports: [EventEmitterModule.forRoot(), ...(metadata.imports ?? [])],
  })
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile();
  const app = module.createNestApplication({ logger: false });
  prepare(app);
  return app.init();
}

export interface ModuleHost {
  readonly app: INestApplication;
  readonly backups: BackupService;
  /** Makes a backup of type `database` and gives its id. */
  backUp(options?: CreateBackupOptions): Promise<number>;
}

/**
 * An application with `BackupModule.forRoot` on one data source. It has one engine thread: starting a second one is a third of the
 * work of a small backup, so tests of what several do ask for them.
 */
export async function startModuleHost(
  databaseUrl: string,
  options: BackupModuleOptions,
  metadata: ModuleMetadata = {},
): Promise<ModuleHost> {
  const app = await startApplication({
    ...metadata,
    imports: [hostDatabase(databaseUrl), BackupModule.forRoot({ threads: 1, ...options }), ...(metadata.imports ?? [])],
  });
  const backups = app.get(BackupService);
  const type: BackupType = 'database';
  return { app, backups, backUp: (settings) => backups.createBackup(type, settings) };
}
