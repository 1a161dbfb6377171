import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startScheduleProcess, type ScheduleProcess } from './schedule-process.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export interface ScheduleCampaignSettings {
  /** How long the schedule goes on before, between and after the two attacks, seconds. */
  readonly calmSeconds: number;
  readonly leaseSeconds: number;
  /** Rows of random text in the database: with 12,000 a run takes a second, long enough to be attacked on any machine. */
  readonly rows: number;
}

/** What became of the runs of a schedule that is due each second, in three applications. */
export interface ScheduleCampaignResult {
  readonly completed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What ought not to be; none, when all went well. */
  readonly faults: readonly string[];
}

const EXECUTING = 800;
const FINISHED_ERR = 900;
const FINISHED_OK = 1000;
const SECOND = 1000;

/**
 * Three applications share a schedule that is due each second. One is stopped in the middle of a run until others have
 * taken it for dead, and wakes up; another is killed in the middle of a run.
 */
export async function scheduleCampaign(settings: ScheduleCampaignSettings): Promise<ScheduleCampaignResult> {
  const { calmSeconds, leaseSeconds } = settings;
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'nestjs-backup-schedules-'));
  const hosts: ScheduleProcess[] = [];
  try {
    await database.query('CREATE TABLE orders (id INT PRIMARY KEY, note TEXT)');
    await database.query(
      `INSERT INTO orders SELECT seq, CONCAT(SHA2(seq, 512), SHA2(-seq, 512)) FROM seq_1_to_${String(settings.rows)}`,
    );
    const start = async (): Promise<ScheduleProcess> => {
      const storageUrl = pathToFileURL(folder).href;
      const { host } = await startScheduleProcess({ databaseUrl: database.url, storageUrl, leaseSeconds });
      hosts.push(host);
      return host;
    };
    // the first makes the tables
    const first = await start();
    const [second] = await Promise.all([start(), start()]);
    await database.query(
      "INSERT INTO backup_schedule (name, backup_type, cron_expression, compression, created_at, updated_at) VALUES ('each second', 'database', '* * * * * *', 'zstd:19', NOW(), NOW())",
    );

    const stopped = await nextExecuting(first);
    first.signal('SIGSTOP');
    await over(database, stopped);
    const noticed = first.next(
      ({ change }) => (change?.backupid === stopped && change.to === FINISHED_ERR) || undefined,
    );
    await pause(database, calmSeconds);
    first.signal('SIGCONT');
    await noticed;

    await pause(database, calmSeconds);
    const killed = await nextExecuting(second);
    second.signal('SIGKILL');
    await over(database, killed);
    await pause(database, calmSeconds);

    await database.query('UPDATE backup_schedule SET is_active = 0');
    await over(database);
    for (const host of hosts) {
      host.signal('SIGTERM');
    }
    await Promise.all(hosts.map(({ ended }) => ended));
    return await account(database, folder, [stopped, killed]);
  } finally {
    for (const host of hosts) {
      host.signal('SIGKILL');
    }
    await Promise.all(hosts.map(({ ended }) => ended));
    await rm(folder, { recursive: true, force: true });
    await database.drop();
  }
}

function nextExecuting(host: ScheduleProcess): Promise<string> {
  return host.next(({ change }) => (change?.to === EXECUTING ? change.backupid : undefined));
}

/** Waits on the server's clock. */
async function pause(database: TestDatabase, seconds: number): Promise<void> {
  await database.query('SELECT SLEEP(?)', [seconds]);
}

/** Waits until an operation, or each, is over. */
async function over(database: TestDatabase, backupid = '%'): Promise<void> {
  const running = 'SELECT backupid FROM backup_controllers WHERE backupid LIKE ? AND status < ?';
  while ((await database.query(running, [backupid, FINISHED_ERR])).length > 0) {
    await pause(database, 0.2);
  }
}

/** @param attacked operations whose process was attacked */
async function account(
  database: TestDatabase,
  folder: string,
  attacked: readonly string[],
): Promise<ScheduleCampaignResult> {
  const operations = await database.query(
    "SELECT backupid, status, JSON_VALUE(controller, '$.scheduled.due') AS due FROM backup_controllers WHERE operation = 'backup'",
  );
  const lines = await database.query('SELECT message FROM backup_logs WHERE loglevel = 30');
  const skipped = lines.flatMap(({ message }) => passedOver(String(message)));
  const completed = operations.filter(({ status }) => status === FINISHED_OK);
  const sets = await readdir(folder);
  const whole = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('/manifest.json'));
  const rows = await database.query("SELECT id FROM backup_history WHERE status = 'completed'");
  const faults = [
    ...faultsOfTimes([...operations.map(({ due }) => String(due)), ...skipped]),
    ...attacked
      .filter((backupid) => completed.some((operation) => operation.backupid === backupid))
      .map((backupid) => `operation ${backupid} was completed although its process was attacked`),
    ...(sets.length === completed.length ? [] : [`${String(sets.length)} sets of ${String(completed.length)} backups`]),
    ...(whole.length === sets.length ? [] : [`${String(whole.length)} manifests in ${String(sets.length)} sets`]),
    ...(rows.length === completed.length ? [] : [`${String(rows.length)} rows of completed backups`]),
  ];
  const failed = operations.length - completed.length;
  return { completed: completed.length, failed, skipped: skipped.length, faults };
}

/** The runs of each second that a line says were skipped or missed. */
function passedOver(line: string): string[] {
  const [, first, from = first, to = from] =
    /: (?:the run due at (\S+)|\d+ runs, due from (\S+) to (\S+),) (?:was|were) (?:skipped|missed)/.exec(line) ?? [];
  const times: string[] = [];
  for (let time = Date.parse(from); time <= Date.parse(to); time += SECOND) {
    times.push(new Date(time).toISOString());
  }
  return times;
}

/** Each second from the first to the last is there once. */
function faultsOfTimes(times: readonly string[]): string[] {
  const seconds = times.map((time) => Date.parse(time) / SECOND).sort((one, other) => one - other);
  return seconds.slice(1).flatMap((second, index) => {
    const step = second - seconds[index];
    return step === 1
      ? []
      : [`${new Date(second * SECOND).toISOString()} comes ${String(step)} s after the run before it`];
  });
}
