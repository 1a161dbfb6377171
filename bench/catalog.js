/**
 * Lists, statistics and cleanup plans of a catalog that grew for years:
 *
 *   npm run bench:catalog -- [--backups 1000000] [--kept 2000] [--lines 10000000] [--rounds 7] [--server mariadb]
 *
 * All backups but the newest `--kept` are deleted or failed, as retention leaves them. Beside the time that a question takes stands what this process
 * computes for it, which a busy machine does not change; the rest is the server's.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { runScript } from '../scripts/entry-point.js';
import { SetupError } from '../scripts/setup-error.js';
import { inTemporaryFolder } from '../scripts/temporary-folder.js';
import { BenchServer, serverFlavour } from './bench-server.js';
import { digits, withNumbers } from './bench-database.js';
import { startBenchHost } from './bench-host.js';
import { median } from './statistics.js';

const DATABASE = 'bench_catalog';
const LINES_AN_OPERATION = 10;
const SCHEDULES = 20;
const BUDGET_MS = 100;

const { values } = parseArgs({
  options: {
    backups: { type: 'string', default: '1000000' },
    kept: { type: 'string', default: '2000' },
    lines: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '7' },
    server: { type: 'string', default: 'mariadb' },
  },
});
const [backups, kept, lines, rounds] = [values.backups, values.kept, values.lines, values.rounds].map(Number);

await runScript(async (signal) => {
  const flavour = serverFlavour(values.server);
  await ensureBuilt({ signal });
  const server = await BenchServer.start(flavour, [], signal);
  try {
    await inTemporaryFolder('bench', async (folder) => {
      const storage = join(folder, 'storage');
      await mkdir(storage);
      await server.query(`CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4`);
      const application = await openApplication(server.url(DATABASE), pathToFileURL(storage).href);
      try {
        process.stdout.write(`Making ${backups} backups, ${kept} of them kept, and ${lines} log lines\n`);
        await fill(server);
        await makeSets(server, storage);
        await measureAll(application.service);
      } finally {
        await application.close();
      }
    });
  } finally {
    await server.stop();
  }
});

/**
 * @param {string} url
 * @param {string} storage
 */
async function openApplication(url, storage) {
  const retention = { daily: 14, weekly: 8, monthly: 12 };
  const { app, library } = await startBenchHost(url, { storage, retention });
  await app.init();
  return { service: app.get(library.BackupService, { strict: false }), close: () => app.close() };
}

/**
 * The operation of a backup.
 *
 * @param {string} number of the backup, an expression
 */
function backupid(number) {
  return digits(number, 32);
}

/** @param {BenchServer} server */
async function fill(server) {
  const day = 86_400;
  const step = Math.max(1, Math.floor((5 * 365 * day) / backups));
  const time = (/** @type {string} */ n) =>
    `UTC_TIMESTAMP() - INTERVAL (${backups} - ${n}) * ${step} + ${2 * day} SECOND`;
  const name = `CONCAT(DATE_FORMAT(${time('n')}, '%Y%m%dT%H%i%sZ'), '-database-', LPAD(LOWER(HEX(n)), 6, '0'))`;
  await server.run([
    `USE ${DATABASE}`,
    'SET foreign_key_checks = 0',
    ...withNumbers(Math.max(backups, lines)),
    `INSERT INTO backup_schedule (id, name, backup_type, cron_expression, is_active, created_at, updated_at)
       SELECT n, CONCAT('schedule ', n), 'database', '0 0 1 * * *', 0, UTC_TIMESTAMP(), UTC_TIMESTAMP()
         FROM numbers WHERE n <= ${SCHEDULES}`,
    `INSERT INTO backup_history (id, backup_type, backup_name, file_path, file_size, checksum, status, started_at,
         completed_at, duration_seconds, tables_included, compression, verified, verified_at, created_at, schedule_id,
         backupid, storage, logical_size)
       SELECT n, 'database', ${name}, ${name}, n % 1000003, SHA2(n, 256),
              IF(n > ${backups - kept}, 'completed', IF(n % 50 = 0, 'failed', 'deleted')), ${time('n')}, ${time('n')}, 1,
              '["shop.customers","shop.orders","shop.order_lines","shop.products"]', 'zstd', 1, ${time('n')}, ${time('n')},
              1 + n % ${SCHEDULES}, ${backupid('n')}, 'file:///var/backups', n % 1000003 * 4
         FROM numbers WHERE n <= ${backups}`,
    `INSERT INTO backup_logs (backupid, loglevel, message, created_at)
       SELECT ${backupid(`n DIV ${LINES_AN_OPERATION}`)}, 40, CONCAT('Table ', n, ' is read'), UNIX_TIMESTAMP()
         FROM numbers WHERE n <= ${lines}`,
    'DROP TABLE numbers',
    'ANALYZE TABLE backup_history, backup_logs',
  ]);
  await server.settle();
}

/**
 * What a cleanup looks at of the sets that are kept: whether they are there.
 *
 * @param {BenchServer} server
 * @param {string} storage
 */
async function makeSets(server, storage) {
  const rows = await server.query(`SELECT backup_name FROM ${DATABASE}.backup_history WHERE status = 'completed'`);
  for (const { backup_name: name } of rows) {
    const folder = join(storage, String(name));
    await mkdir(folder);
    await writeFile(join(folder, 'manifest.json'), '{}');
  }
}

/** @param {import('../libs/backup/src/index.js').BackupService} service */
async function measureAll(service) {
  const middle = Math.floor(backups / 2);
  const since = new Date(Date.now() - 30 * 86_400_000);
  const newest = await service.listBackups({ limit: 1 });
  const { backupid: operation } = newest[0];
  if (operation === null) throw new SetupError('The newest backup has no operation.');
  /** @type {readonly (readonly [string, () => Promise<unknown>])[]} */
  const questions = [
    ['list, first page', () => service.listBackups()],
    ['list, a page in the middle', () => service.listBackups({ before: middle })],
    ['list, 500 a page', () => service.listBackups({ limit: 500 })],
    ['list, completed', () => service.listBackups({ status: 'completed' })],
    ['list, failed, in the middle', () => service.listBackups({ status: 'failed', before: middle })],
    ['list, of a schedule', () => service.listBackups({ scheduleId: 7, before: middle })],
    ['list, type and last month', () => service.listBackups({ type: 'database', since })],
    ['list, schedule and verified', () => service.listBackups({ scheduleId: 7, verified: false })],
    ['show', () => service.getBackup(middle)],
    ['log of an operation', () => service.getOperationLog(operation)],
    ['statistics', () => service.getBackupStats()],
    ['storage used', () => service.calculateStorageUsed()],
    ['cleanup plan', () => service.planCleanup()],
    ['health', () => service.getHealth()],
  ];
  for (const [name, ask] of questions) {
    await ask();
    const times = [];
    const before = process.cpuUsage();
    for (let round = 0; round < rounds; round += 1) {
      const startedAt = performance.now();
      await ask();
      times.push(performance.now() - startedAt);
    }
    const { user, system } = process.cpuUsage(before);
    const own = ((user + system) / 1000 / rounds).toFixed(1).padStart(6);
    const verdict = median(times) <= BUDGET_MS ? '' : `over ${BUDGET_MS} ms`;
    const [middleTime, worst] = [median(times), Math.max(...times)].map((time) => `${time.toFixed(1).padStart(8)} ms`);
    process.stdout.write(`${name.padEnd(30)} median ${middleTime}  worst ${worst}  processor ${own} ms  ${verdict}\n`);
  }
}
