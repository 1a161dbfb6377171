import type { DatabaseRecord, Manifest, TableRecord } from '@app/backup/backup-set/manifest.js';

export const SET_NAME = '20261121T221005Z-database-3f9c2a';

export function buildTable(name: string, more: Partial<TableRecord> = {}): TableRecord {
  return {
    name,
    engine: 'InnoDB',
    ddl: 'CREATE TABLE ...',
    columns: [{ name: 'id', type: 'int(11)', literal: 'number' }],
    key: ['id'],
    keyName: 'PRIMARY',
    rows: 0,
    statementBytes: 1_000_000,
    longestStatement: 0,
    longestRow: 0,
    ranges: [],
    ...more,
  };
}

export function buildDatabase(name: string, more: Partial<DatabaseRecord> = {}): DatabaseRecord {
  return {
    name,
    folder: 'shop',
    characterSet: 'utf8mb4',
    collation: 'utf8mb4_general_ci',
    comment: '',
    tables: [],
    sequences: [],
    views: [],
    routines: [],
    triggers: [],
    events: [],
    ...more,
  };
}

/** A valid manifest of one database, `shop`, with one table and one object. */
export function buildManifest(more: Partial<Manifest> = {}): Manifest {
  const object = 'database/shop/orders.00001.sql.zst';
  const ranges = [{ from: null, to: null, rows: 2, statements: 1, object }];
  return {
    formatVersion: 1,
    tool: { name: 'nestjs-backup', version: '0.1.0' },
    name: SET_NAME,
    type: 'database',
    parent: null,
    startedAt: '2026-11-21T22:10:05.000Z',
    completedAt: '2026-11-21T22:10:06.000Z',
    compression: 'zstd:1',
    encryption: null,
    server: { flavour: 'mariadb', version: '10.11.6-MariaDB', lowerCaseTableNames: 0 },
    snapshot: { consistency: 'parallel', lockMilliseconds: 1.5, gtid: null, binlogFile: null, binlogPosition: null },
    databases: [buildDatabase('shop', { tables: [buildTable('orders', { rows: 2, ranges })] })],
    files: [],
    configuration: [],
    objects: [{ key: object, size: 10, sha256: 'a'.repeat(64), plainSize: 20, plainSha256: 'b'.repeat(64) }],
    warnings: [],
    ...more,
  };
}
