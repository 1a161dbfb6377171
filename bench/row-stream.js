// The row stream by itself, one thread and one connection, beside mariadb-dump in the same rounds:
//   npm run bench:rows -- [MEGABYTES] [ROUNDS]      (300 and 5 unless given)
import { zstdCompressSync } from 'node:zlib';
import { runScript } from '../scripts/entry-point.js';
import { createLargeDatabase } from './bench-database.js';
import { BenchServer } from './bench-server.js';
import { engineParts } from './engine-parts.js';
import { stockDumpCommand } from './dump.js';
import { measure } from './measured-run.js';
import { median } from './statistics.js';

const megabytes = Number(process.argv[2] ?? 300);
const rounds = Number(process.argv[3] ?? 5);

/** @typedef {import('../libs/backup/src/database/server-connection.js').ServerConnection} Connection */
/** @typedef {import('../libs/backup/src/database/table-describer.js').TableDescription} TableDescription */

await runScript(async (signal) => {
  const {
    readRows,
    tableEncoder,
    SchemaReader,
    ServerConnection,
    TableFilter,
    WHOLE_DATABASES,
    selectRows,
    WHOLE_TABLE,
  } = await engineParts();

  /**
   * @param {Connection} connection
   * @param {TableDescription} table
   * @param {((statement: Buffer) => Buffer) | null} compress
   * @returns {Promise<{ bytes: number, speed: number }>} MB/s of SQL
   */
  const stream = async (connection, table, compress) => {
    let bytes = 0;
    const shape = { ...table, statementBytes: 1_000_000 };
    const encoder = tableEncoder(shape, (statement) => {
      bytes += statement.length;
      compress?.(statement);
    });
    const startedAt = performance.now();
    const select = selectRows(shape, WHOLE_TABLE);
    await readRows(connection, { shape, select, encoder, onRow: encoder.row.bind(encoder) });
    encoder.finishStatement();
    return { bytes, speed: bytes / 1000 / (performance.now() - startedAt) };
  };

  const server = await BenchServer.start('mariadb', [], signal);
  try {
    const database = await createLargeDatabase(server, megabytes);
    const { port, user, password } = server.server;
    const connection = await ServerConnection.open({ host: '127.0.0.1', port, user, password }, database);
    const { tables } = await new SchemaReader(connection, new TableFilter(WHOLE_DATABASES, 'exact'), (error) => {
      throw error;
    }).read(database);
    /** @type {Record<string, number[]>} */
    const speeds = {};
    const note = (/** @type {string} */ name, /** @type {number} */ value) => (speeds[name] ??= []).push(value);
    for (let round = 0; round < rounds; round += 1) {
      for (const table of tables) {
        const { bytes, speed } = await stream(connection, table, null);
        note(`${table.name}, plain`, speed);
        note(`${table.name}, zstd 1`, (await stream(connection, table, zstdCompressSync)).speed);
        const { seconds } = await measure([stockDumpCommand(server, database, table.name)], server.pid, signal);
        note(`${table.name}, mariadb-dump`, bytes / 1e6 / seconds);
      }
    }
    await connection.end();
    for (const [name, values] of Object.entries(speeds)) {
      process.stdout.write(`${name.padEnd(28)} ${median(values).toFixed(0).padStart(5)} MB/s\n`);
    }
  } finally {
    await server.stop();
  }
});
