/**
 * What many active schedules cost an application: how much longer it takes to start, and its processor time while none is
 * due.
 *
 *   node bench/schedule-load.js [--schedules 10000] [--idle 60]
 */
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { runScript } from '../scripts/entry-point.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { inTemporaryFolder } from '../scripts/temporary-folder.js';
import { startMariadb } from '../scripts/throwaway-server.js';
import { support } from './typescript-modules.js';

/** @typedef {typeof import('../test/support/schedule-process.js')} Processes */
/** @typedef {typeof import('../test/support/test-database.js')} Databases */

const { values } = parseArgs({
  options: { schedules: { type: 'string', default: '10000' }, idle: { type: 'string', default: '60' } },
});

await runScript(async (signal) => {
  await ensureSupportedNode();
  await ensureBuilt({ signal });
  const server = await startMariadb({ signal });
  process.env.TEST_DATABASE_URL = server.url;
  const { createTestDatabase } = /** @type {Databases} */ (await support('test-database'));
  const database = await createTestDatabase();
  try {
    await inTemporaryFolder('schedules', async (folder) => {
      const settings = { databaseUrl: database.url, storageUrl: pathToFileURL(folder).href };
      // makes the tables
      await measure(settings, 0);
      const bare = await measure(settings, Number(values.idle));
      await database.query(schedules(Number(values.schedules)));
      const full = await measure(settings, Number(values.idle));
      process.stdout.write(
        `${String(full.jobs)} schedules: started in ${startOf(full)}; ${startOf(bare)} without any. ` +
          `Idle at ${full.percent.toFixed(2)} % of a core, ${bare.percent.toFixed(2)} % without any\n`,
      );
    });
    return 0;
  } finally {
    await database.drop();
    await server.stop();
  }
});

/**
 * @param {import('../test/support/schedule-process.js').ScheduleProcessSettings} settings
 * @param {number} idleSeconds
 */
async function measure(settings, idleSeconds) {
  const { startScheduleProcess } = /** @type {Processes} */ (await support('schedule-process'));
  const { host, ready } = await startScheduleProcess(settings);
  const cpu = async () => {
    const line = host.next((found) => found.cpu);
    host.signal('SIGUSR2');
    return secondsOf(await line);
  };
  // what a start leaves to be done later
  await delay(Math.min(5, idleSeconds) * 1000);
  const before = await cpu();
  await delay(idleSeconds * 1000);
  const percent = idleSeconds === 0 ? 0 : ((await cpu()) - before) / idleSeconds / 0.01;
  host.signal('SIGTERM');
  await host.ended;
  return { ...ready, percent };
}

/** @param {Awaited<ReturnType<typeof measure>>} measured */
function startOf({ milliseconds, cpu }) {
  return `${(milliseconds / 1000).toFixed(2)} s (${secondsOf(cpu).toFixed(2)} s of a core)`;
}

/** @param {import('../test/support/schedule-process.js').ProcessorTime} cpu */
function secondsOf({ user, system }) {
  return (user + system) / 1_000_000;
}

/**
 * Each at another minute of the year, and none within the hours of the measurement.
 *
 * @param {number} count
 */
function schedules(count) {
  const due = "DATE_FORMAT(NOW(), '%Y-01-01') + INTERVAL 1 YEAR + INTERVAL seq MINUTE";
  const cron = `CONCAT_WS(' ', MINUTE(${due}), HOUR(${due}), DAY(${due}), MONTH(${due}), '*')`;
  return `INSERT INTO backup_schedule (name, backup_type, cron_expression, next_run_at, next_run_of, created_at, updated_at)
    SELECT CONCAT('schedule ', seq), 'database', ${cron}, ${due}, CONCAT(${cron}, ' UTC'), NOW(), NOW() FROM seq_1_to_${String(count)}`;
}
