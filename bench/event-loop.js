/**
 * A host that serves requests and whose database takes rows while it is backed up and restored:
 *
 *   npm run bench:event-loop -- [--size 300 | --tables 1000] [--threads 2] [--nice 0] [--max-rate MB/s] [--rows 500] [--busy 0] [--server mariadb]
 *
 * `--busy` keeps that many other processes computing, and prints what share of a core they had.
 *
 * Prints how late the host's event loop was, how long it computed at a stretch (which a busy machine does not change), how
 * long requests and statements took and what the longest statement waited for, and how long commits were held back.
 */
import 'reflect-metadata';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { runScript } from '../scripts/entry-point.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { inTemporaryFolder } from '../scripts/temporary-folder.js';
import { createLargeDatabase, createSmallDatabase } from './bench-database.js';
import { startBenchHost } from './bench-host.js';
import { BenchServer, serverFlavour } from './bench-server.js';
import { BusyProcesses } from './busy-processes.js';
import { BusyTurns } from './busy-turns.js';

/** @typedef {import('../libs/backup/src/index.js')} Library */
/** @typedef {import('./visitors.js').Visit} Visit */
/** @typedef {{ name: string, seconds: number, middle: number, late: number, latest: number, busy: { late: number, latest: number }, others: number } & Visit} Phase */

const IDLE_SECONDS = 5;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '300' },
    tables: { type: 'string' },
    threads: { type: 'string', default: '2' },
    nice: { type: 'string', default: '0' },
    'max-rate': { type: 'string' },
    rows: { type: 'string', default: '500' },
    busy: { type: 'string', default: '0' },
    server: { type: 'string', default: 'mariadb' },
  },
});
const limits = {
  threads: Number(values.threads),
  nice: Number(values.nice),
  ...(values['max-rate'] === undefined ? {} : { maxRate: Number(values['max-rate']) }),
};

await runScript(async (signal) => {
  await ensureSupportedNode();
  const flavour = serverFlavour(values.server);
  const server = await BenchServer.start(flavour, [], signal);
  try {
    const database = await (values.tables === undefined
      ? createLargeDatabase(server, Number(values.size))
      : createSmallDatabase(server, Number(values.tables)));
    await server.settle();
    await inTemporaryFolder('bench', async (folder) => {
      const storage = join(folder, 'storage');
      await mkdir(storage);
      const { app, library } = await startBenchHost(server.url(database), { storage: pathToFileURL(storage).href });
      try {
        await serve(app);
        await measureHost(library, app, server.url(database));
      } finally {
        await app.close();
      }
    });
  } finally {
    await server.stop();
  }
});

/**
 * @param {import('@nestjs/common').INestApplication} app
 */
async function serve(app) {
  const adapter = app.getHttpAdapter();
  adapter.get('/ping', (_request, response) => {
    adapter.reply(response, 'here', 200);
  });
  await app.listen(0, '127.0.0.1');
  // on a busy machine visitors come back late, and would find their connections closed
  const server = /** @type {import('node:http').Server} */ (app.getHttpServer());
  server.keepAliveTimeout = 0;
}

/**
 * @param {Library} library
 * @param {import('@nestjs/common').INestApplication} app
 * @param {string} databaseUrl
 */
async function measureHost(library, app, databaseUrl) {
  const workerData = {
    origin: (await app.getUrl()).replace('localhost', '127.0.0.1'),
    databaseUrl,
    rowsPerSecond: Number(values.rows),
  };
  const others = new BusyProcesses(Number(values.busy));
  const visitors = new Worker(new URL('./visitors.js', import.meta.url), { workerData });
  try {
    await once(visitors, 'message');
    await measurePhases(library, app, visitors, others);
    visitors.postMessage('over');
    await once(visitors, 'exit');
  } finally {
    // or what has failed would be told as an answer that never came
    await visitors.terminate();
    others.stop();
  }
}

/**
 * @param {Library} library
 * @param {import('@nestjs/common').INestApplication} app
 * @param {Worker} visitors
 * @param {BusyProcesses} others
 */
async function measurePhases({ BackupEvents, BackupService }, app, visitors, others) {
  const backups = app.get(BackupService);
  let id = 0;
  const idle = await phase('idle', visitors, others, () => pause(IDLE_SECONDS * 1000));
  const backup = await phase('backup', visitors, others, async () => {
    id = await backups.createBackup('database', limits);
  });
  const events = app.get(EventEmitter2);
  /** @type {Promise<unknown>} */
  let restored = Promise.resolve();
  const restore = await phase('restore, up to the swap', visitors, others, async () => {
    const staged = events.waitFor(BackupEvents.restoreStaged);
    restored = backups.restore(id, limits);
    await Promise.race([staged, restored]);
  });
  const swap = await phase('swap', visitors, others, () => restored);
  const { lockMilliseconds, logicalSize } = await backups.getBackup(id);
  const bytes = logicalSize ?? 0;
  // a restore reads again what it has written
  print(
    [
      { ...idle, bytes: 0 },
      { ...backup, bytes },
      { ...restore, bytes: 2 * bytes },
      { ...swap, bytes: 0 },
    ],
    lockMilliseconds,
  );
}

/**
 * @param {string} name
 * @param {Worker} visitors
 * @param {BusyProcesses} others
 * @param {() => Promise<unknown>} work
 * @returns {Promise<Phase>}
 */
async function phase(name, visitors, others, work) {
  await report(visitors);
  const before = await others.seconds();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const turns = new BusyTurns();
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const share = ((await others.seconds()) - before) / seconds;
  delay.disable();
  const busy = turns.stop();
  const visit = await report(visitors);
  // the histogram holds the time between two looks, a millisecond when nothing is late
  const late = (/** @type {number} */ nanoseconds) => nanoseconds / 1e6 - 1;
  return {
    name,
    seconds,
    middle: late(delay.percentile(50)),
    late: late(delay.percentile(99)),
    latest: late(delay.max),
    busy,
    others: share,
    ...visit,
  };
}

/**
 * What the visitors have met since their last report.
 *
 * @param {Worker} visitors
 */
async function report(visitors) {
  const told = once(visitors, 'message');
  visitors.postMessage('report');
  const [visit] = /** @type {[Visit]} */ (await told);
  return visit;
}

/**
 * @param {readonly (Phase & { bytes: number })[]} phases
 * @param {number | null} lockMilliseconds
 */
function print(phases, lockMilliseconds) {
  const ms = (/** @type {number} */ value) => value.toFixed(1);
  const rows = phases.map((each) => [
    each.name,
    each.seconds.toFixed(1),
    ...[each.middle, each.late, each.latest, each.busy.late, each.busy.latest, each.slowAnswer, each.slowest].map(ms),
    each.rowsPerSecond.toFixed(0),
    (each.bytes / 1e6 / each.seconds).toFixed(1),
    each.others.toFixed(2),
  ]);
  process.stdout.write(
    [
      `${values.tables === undefined ? `${values.size} MB` : `${values.tables} small tables`}, threads ${values.threads}, nice ${values.nice}, max-rate ${values['max-rate'] ?? 'none'}. Milliseconds.`,
      '',
      '| | seconds | loop late, p50 | p99 | most | computing at a stretch, p99 | most | answer, p99 | statement, most | rows/s | MB/s | cores of others |',
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
      ...rows.map((cells) => `| ${cells.join(' | ')} |`),
      '',
      ...phases.flatMap(({ name, seen }) =>
        seen.map((line) => `While the longest statement waited (${name}): ${line}`),
      ),
      `Commits were held back for ${lockMilliseconds} ms. Budgets: loop late p99 under 20 ms; statements under 1 s; commits under 50 ms.`,
      '',
    ].join('\n'),
  );
}
