// The row stream by itself, one thread and one connection, beside mariadb-dump in the same rounds:
//   npm run bench:rows -- [MEGABYTES] [ROUNDS]      (300 and 5 unless given)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { zstdCompressSync } from 'node:zlib';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { startMariadb } from '../scripts/throwaway-server.js';
import { createBenchDatabase } from './bench-database.js';

const megabytes = Number(process.argv[2] ?? 300);
const rounds = Number(process.argv[3] ?? 5);

/** @typedef {import('../libs/backup/src/database/server-connection.js').ServerConnection} ServerConnection */
/** @typedef {import('../libs/backup/src/database/schema-reader.js').TableDescription} TableDescription */

await ensureBuilt();
// the engine as it is built, which may only now be there
const { RowEncoder } = /** @type {typeof import('../libs/backup/src/database/row-stream/row-encoder.js')} */ (
  await import(built('row-stream/row-encoder.js'))
);
const { streamRows } = /** @type {typeof import('../libs/backup/src/database/row-stream/raw-query.js')} */ (
  await import(built('row-stream/raw-query.js'))
);
const { SchemaReader } = /** @type {typeof import('../libs/backup/src/database/schema-reader.js')} */ (
  await import(built('schema-reader.js'))
);
const { TableFilter, WHOLE_DATABASES } =
  /** @type {typeof import('../libs/backup/src/database/selection/table-selection.js')} */ (
    await import(built('selection/table-selection.js'))
  );
const { ServerConnection: Connection } =
  /** @type {typeof import('../libs/backup/src/database/server-connection.js')} */ (
    await import(built('server-connection.js'))
  );
const { encodedColumns, insertHeader, selectRows, WHOLE_TABLE } =
  /** @type {typeof import('../libs/backup/src/database/table-rows.js')} */ (await import(built('table-rows.js')));

const server = await startMariadb({ options: ['--innodb-buffer-pool-size=2G'] });
try {
  const database = await createBenchDatabase(server.url, megabytes);
  const address = { host: '127.0.0.1', port: server.port, user: server.user, password: server.password };
  const connection = await Connection.open(address, database);
  const { tables } = await new SchemaReader(connection, new TableFilter(WHOLE_DATABASES, 'exact'), (error) => {
    throw error;
  }).read(database);
  /** @type {Record<string, number[]>} */
  const speeds = {};
  const note = (/** @type {string} */ name, /** @type {number} */ value) => (speeds[name] ??= []).push(value);
  for (let round = 0; round < rounds; round += 1) {
    for (const table of tables) {
      note(`${table.name}, plain`, await stream(connection, table, null));
      note(`${table.name}, zstd 1`, await stream(connection, table, zstdCompressSync));
      note(`${table.name}, mariadb-dump`, await stockDump(server, database, table.name));
    }
  }
  await connection.end();
  for (const [name, values] of Object.entries(speeds)) {
    console.log(`${name.padEnd(28)} ${median(values).toFixed(0).padStart(5)} MB/s`);
  }
} finally {
  await server.stop();
}

/**
 * @param {ServerConnection} connection
 * @param {TableDescription} table
 * @param {((statement: Buffer) => Buffer) | null} compress
 * @returns {Promise<number>} MB/s of SQL
 */
async function stream(connection, table, compress) {
  let bytes = 0;
  const shape = { ...table, statementBytes: 1_000_000 };
  const encoder = new RowEncoder(encodedColumns(shape), insertHeader(shape), shape.statementBytes, (statement) => {
    bytes += statement.length;
    compress?.(statement);
  });
  const startedAt = performance.now();
  await streamRows(connection, selectRows(shape, WHOLE_TABLE), (buffer, offset, end) => {
    encoder.row(buffer, offset, end);
  });
  encoder.finishStatement();
  return bytes / 1000 / (performance.now() - startedAt);
}

/**
 * @param {{ port: number, user: string, password: string }} address
 * @param {string} database
 * @param {string} table
 * @returns {Promise<number>} MB/s of SQL
 */
async function stockDump({ port, user, password }, database, table) {
  const startedAt = performance.now();
  const child = spawn(
    'mariadb-dump',
    ['--no-defaults', '-h127.0.0.1', `-P${port}`, `-u${user}`, '--single-transaction', database, table],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, MYSQL_PWD: password } },
  );
  let bytes = 0;
  child.stdout.on('data', (/** @type {Buffer} */ chunk) => {
    bytes += chunk.length;
  });
  await once(child, 'close');
  return bytes / 1000 / (performance.now() - startedAt);
}

/** @param {readonly number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** @param {string} file */
function built(file) {
  return new URL(`../dist/libs/backup/database/${file}`, import.meta.url).href;
}
