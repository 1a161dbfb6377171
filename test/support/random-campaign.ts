import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { createBackupApp } from './bad-input-app.js';
import { quoteName } from './fidelity-session.js';
import { readDialect } from './random-columns.js';
import { randomRoundTrip, type RoundTrip, type RoundTripGround } from './random-round-trip.js';

export interface CampaignOptions {
  readonly serverUrl: string;
  /** Empty; of backup sets while they are needed. */
  readonly storageFolder: string;
  readonly firstSeed: number;
  /** 0: only the first seed. */
  readonly minutes: number;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** Small, so that tables are cut into many ranges; bytes. */
const RANGE_BYTES = 3000;

/**
 * Makes round trips from one seed to the next until the time is over.
 *
 * @returns how many went wrong
 */
export async function randomCampaign(options: CampaignOptions): Promise<number> {
  const prefix = `backup_random_${options.firstSeed}`;
  const connection = await createConnection(options.serverUrl);
  await connection.query(`CREATE DATABASE ${quoteName(prefix)} CHARACTER SET utf8mb4`);
  const dialect = await readDialect(async (sql) => {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  });
  const url = new URL(options.serverUrl);
  url.pathname = prefix;
  const app = await createBackupApp({
    url: url.href,
    storageFolder: options.storageFolder,
    rangeBytes: RANGE_BYTES,
    threads: 2,
  });
  const ground = { ...options, dialect, backups: app.backups };
  const endsAt = performance.now() + options.minutes * 60_000;
  const totals = { seeds: 0, tables: 0, rows: 0, objects: 0, faults: 0 };
  try {
    for (let seed = options.firstSeed; ; seed += 1) {
      totals.seeds += 1;
      const fault = await tryTrip(ground, `${prefix}_trip`, seed, (trip) => {
        totals.tables += trip.made.tables;
        totals.rows += trip.made.rows;
        totals.objects += trip.made.objects;
      });
      if (fault !== null) {
        totals.faults += 1;
        options.print(`seed ${seed}: ${fault}`);
      }
      if (performance.now() >= endsAt || options.signal.aborted) {
        break;
      }
    }
  } finally {
    await app.close();
    await connection.query(`DROP DATABASE ${quoteName(prefix)}`);
    await connection.end();
  }
  options.print(
    `${totals.seeds} schemas, ${totals.tables} tables, ${totals.rows} rows, ${totals.objects} objects: ${totals.faults} faults`,
  );
  return totals.faults;
}

async function tryTrip(
  ground: RoundTripGround,
  prefix: string,
  seed: number,
  count: (trip: RoundTrip) => void,
): Promise<string | null> {
  try {
    const trip = await randomRoundTrip(ground, prefix, seed);
    count(trip);
    const found = differences(trip.before, trip.after);
    return found.length === 0 ? null : `${trip.way}: ${found.slice(0, 5).join('; ')}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await removeSets(ground);
  }
}

/** Where two fingerprints differ, and how. */
function differences(before: unknown, after: unknown, path = ''): string[] {
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) {
    return before === after ? [] : [`${path}: ${JSON.stringify(before)} became ${JSON.stringify(after)}`];
  }
  const [a, b] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => differences(a[key], b[key], `${path}/${key}`));
}

async function removeSets({ backups, storageFolder }: RoundTripGround): Promise<void> {
  for (const { backupName } of await backups.listBackups({ status: 'completed' })) {
    await rm(join(storageFolder, backupName), { recursive: true, force: true });
  }
}
