/**
 * Whether more threads do more work, up to more than this machine has cores for: each session reaches the server over a
 * line of a rate of its own, so that nothing but what threads share can hold them back.
 *
 *   npm run bench:threads -- [--threads 1,4,16] [--size 24] [--rate 0.5] [--server mariadb]      (MB, MB/s a session)
 */
import 'reflect-metadata';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { runScript } from '../scripts/entry-point.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { inTemporaryFolder } from '../scripts/temporary-folder.js';
import { digits, withNumbers } from './bench-database.js';
import { startBenchHost } from './bench-host.js';
import { BenchServer, serverFlavour } from './bench-server.js';
import { openSlowLine } from './slow-line.js';

/** Bytes of a row as SQL. */
const ROW = 120;
const MANY = 64;
/** Small, so that little data is many ranges; as many a thread as a terabyte has for sixteen is out of reach here. */
const RANGE_BYTES = 128 * 1024;

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '1,4,16' },
    size: { type: 'string', default: '24' },
    rate: { type: 'string', default: '0.5' },
    server: { type: 'string', default: 'mariadb' },
  },
});

await runScript(async (signal) => {
  await ensureSupportedNode();
  const server = await BenchServer.start(serverFlavour(values.server), [], signal);
  try {
    const rows = Math.round((Number(values.size) * 1e6) / ROW);
    await createTables(server, 'bench_one', 1, rows);
    await createTables(server, 'bench_many', MANY, Math.round(rows / MANY));
    await server.query('CREATE DATABASE bench_catalog CHARACTER SET utf8mb4');
    await server.settle();
    const line = await openSlowLine(server.server.port, Number(values.rate) * 1e6);
    try {
      await inTemporaryFolder('bench', async (folder) => {
        const storage = join(folder, 'storage');
        await mkdir(storage);
        await measureThreads(server, line.port, pathToFileURL(storage).href);
      });
    } finally {
      line.close();
    }
  } finally {
    await server.stop();
  }
});

/**
 * @param {BenchServer} server
 * @param {string} database
 * @param {number} tables
 * @param {number} rows of each
 */
async function createTables(server, database, tables, rows) {
  await server.run([
    `CREATE DATABASE ${database} CHARACTER SET utf8mb4`,
    `USE ${database}`,
    ...withNumbers(rows),
    ...Array.from({ length: tables }, (_, index) => `t${index}`).flatMap((table) => [
      `CREATE TABLE ${table} (id INT NOT NULL PRIMARY KEY, words VARCHAR(200) NOT NULL)`,
      `INSERT INTO ${table} SELECT n, CONCAT(${digits('n', 64)}, ${digits('-n', 40)}) FROM numbers`,
    ]),
    'DROP TABLE numbers',
  ]);
}

/**
 * @param {BenchServer} server
 * @param {number} port of the slow line
 * @param {string} storage
 */
async function measureThreads(server, port, storage) {
  const { user, password } = server.server;
  const { app, library } = await startBenchHost(server.url('bench_catalog'), {
    storage,
    connection: { host: '127.0.0.1', port, user, password },
    rangeBytes: RANGE_BYTES,
  });
  await app.init();
  try {
    const backups = app.get(library.BackupService);
    process.stdout.write(
      `${values.size} MB, ${values.rate} MB/s a session; seconds, and how many times one thread's speed\n`,
    );
    for (const database of ['bench_one', 'bench_many']) {
      /** @type {number[][]} */
      const times = [[], []];
      for (const threads of values.threads.split(',').map(Number)) {
        let id = 0;
        const dump = await secondsOf(async () => {
          id = await backups.createBackup('database', { databases: [database], threads });
        });
        const restore = await secondsOf(() =>
          backups.restore(id, { threads, databases: [`${database}=${database}_copy`] }),
        );
        await server.query(`DROP DATABASE ${database}_copy`);
        [dump, restore].forEach((seconds, index) => times[index].push(seconds));
        const [dumps, restores] = times.map(
          (all) => `${all.at(-1)?.toFixed(1)} s, ${(all[0] / (all.at(-1) ?? 1)).toFixed(1)}`,
        );
        process.stdout.write(
          `${database.padEnd(12)} ${String(threads).padStart(3)} threads   dump ${dumps}   restore ${restores}\n`,
        );
      }
    }
  } finally {
    await app.close();
  }
}

/** @param {() => Promise<unknown>} work */
async function secondsOf(work) {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
