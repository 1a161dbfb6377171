import type { DataSourceOptions } from 'typeorm';
import { UnsupportedCatalogError } from './catalog.errors.js';
import { BACKUP_ENTITIES } from './entities.js';

type CatalogOptions = Extract<DataSourceOptions, { type: 'mysql' | 'mariadb' }>;

/** Enough for the heartbeat, the log and a few lists at once, without taking the host's connections. */
const CATALOG_CONNECTIONS = 4;

/**
 * The options of a data source for the catalog, in the host's database but with connections of its own.
 *
 * The host's own connections will not do, because their settings decide how a DATETIME is read: the driver's default is
 * the time zone of the process, in which one hour a year exists twice and another not at all, and which may differ
 * between replicas. Here every time is UTC. For the same kind of reason prefixes, naming strategies and subscribers of
 * the host stay out, and reads go to the master: a row must be found by whoever just wrote it.
 *
 * @throws UnsupportedCatalogError when the host's data source is neither MySQL nor MariaDB
 */
export function catalogDataSourceOptions(host: DataSourceOptions): CatalogOptions {
  if (host.type !== 'mysql' && host.type !== 'mariadb') throw new UnsupportedCatalogError(host.type);
  const hostExtra: unknown = host.extra;
  const connection = {
    charset: 'utf8mb4_unicode_ci',
    timezone: 'Z',
    dateStrings: ['DATE'], // a day has no time zone, so it must not become a Date
    flags: ['FOUND_ROWS'], // a guarded UPDATE counts the rows it matched, changed or not
  };
  return {
    ...host,
    ...host.replication?.master,
    ...connection,
    // `extra` goes over everything else in the driver, so what matters is repeated there
    extra: {
      ...(typeof hostExtra === 'object' && hostExtra),
      ...connection,
      typeCast: true,
      connectionLimit: CATALOG_CONNECTIONS,
    },
    replication: undefined,
    entities: [...BACKUP_ENTITIES],
    entityPrefix: undefined,
    namingStrategy: undefined,
    subscribers: [],
    migrations: [],
    migrationsRun: false,
    synchronize: false,
    dropSchema: false,
    cache: false,
  };
}
