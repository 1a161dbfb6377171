import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import mysql2 from 'mysql2';

import { BACKUP_ENTITIES, backupMigrations } from '@app/backup';

import { archiveEntities } from './archive/archive.entities.js';
import { courseEntities } from './courses/course.entities.js';
import type { Environment } from './environment.js';
import { hostMigrations } from './migrations/index.js';
import { Upload } from './uploads/upload.entity.js';
import { User } from './users/user.entity.js';

/** Every entity of the application's one data source. */
export const entities = [User, Upload, ...archiveEntities, ...courseEntities, ...BACKUP_ENTITIES];

/** Every migration; TypeORM sorts them by the timestamp in their names and runs those it has not seen by name. */
export const migrations = [...hostMigrations, ...backupMigrations];

/**
 * The connection is made by {@link connectDatabase}, not while modules are being built: so `--help` needs no database
 * and an unreachable one is one line instead of a stack.
 */
export function databaseOptions(environment: Environment): TypeOrmModuleOptions {
  return {
    type: 'mysql',
    // what TypeORM finds by itself would not be in the bundle of the commands
    driver: mysql2,
    // TypeORM takes `mysql` for both servers, but believes the protocol more than `type`.
    url: environment.databaseUrl.replace(/^mariadb:/, 'mysql:'),
    ssl: environment.databaseTls,
    charset: 'utf8mb4',
    timezone: 'Z',
    // A Date cannot hold a day without a time, nor the year 1000 in every time zone.
    dateStrings: ['DATE'],
    entities,
    migrations,
    migrationsRun: true,
    migrationsTransactionMode: 'each',
    synchronize: false,
    manualInitialization: true,
  };
}
