import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ensureBuilt } from '../scripts/ensure-built.js';

/** @typedef {import('../libs/backup/src/index.js')} Library */
/** @typedef {import('../libs/backup/src/index.js').BackupModuleOptions} Options */

/**
 * An application that has the module and nothing else, not initialized yet; the library comes as it is built.
 *
 * @param {string} url of the catalog's database
 * @param {Options} options
 * @returns {Promise<{ app: import('@nestjs/common').INestApplication, library: Library }>}
 */
export async function startBenchHost(url, options) {
  await ensureBuilt();
  const library = /** @type {Library} */ (
    await import(new URL('../dist/nestjs-backup/index.js', import.meta.url).href)
  );
  const { BACKUP_ENTITIES, BackupModule, backupMigrations } = library;
  class Host {
    description = 'makes backups';
  }
  Module({
    imports: [
      EventEmitterModule.forRoot(),
      TypeOrmModule.forRoot({
        type: 'mysql',
        url,
        entities: [...BACKUP_ENTITIES],
        migrations: [...backupMigrations],
        migrationsRun: true,
      }),
      BackupModule.forRoot(options),
    ],
  })(Host);
  const app = await NestFactory.create(Host, { logger: false, abortOnError: false, forceCloseConnections: true });
  return { app, library };
}
