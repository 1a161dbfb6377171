import { setTimeout as delay } from 'node:timers/promises';
import type { CrashSite } from './crash-site.js';
import { scratchSchemas } from './crash-site.js';

const NO_SUCH_TABLE = 1146;

/** How far an operation has come, as anybody can see who asks the server. */
export type Landmark = 'executing' | 'reading rows' | 'staging' | 'proven' | 'swapping' | 'undoing' | 'ended';

/** Between two questions: the process that is waited for, and others, need the processor. */
const PAUSE = 5;

/**
 * Waits until an operation that is newer than those known has come to a landmark. Asks often: the moments looked for last for
 * milliseconds.
 */
export async function reached(
  site: CrashSite,
  landmark: Landmark,
  known: number,
  hasEnded: () => boolean,
): Promise<boolean> {
  for (;;) {
    if (await isReached(site, landmark, known)) return true;
    if (hasEnded()) return false;
    await delay(PAUSE);
  }
}

/** The number of the newest operation; those made later have higher ones. */
export async function newestOperation(site: CrashSite): Promise<number> {
  const [row] = await site.query('SELECT MAX(id) AS newest FROM backup_controllers').catch(() => [{ newest: 0 }]);
  return Number(row.newest);
}

/**
 * What the undo schemas say of a swap: `none`, `prepared`, `swapping` before or after the tables moved, `swapped`,
 * `undoing`.
 */
export async function swapState(site: CrashSite): Promise<string> {
  const schemas = await scratchSchemas(site);
  const undo = schemas.filter((name) => name.includes('_undo_'));
  const states = await Promise.all(undo.map((schema) => undoState(site, schema)));
  const state = states.find((found) => found !== 'swapped') ?? states.at(0) ?? 'none';
  if (state !== 'swapping') return state;
  const [moved] = await site.query(
    "SELECT COUNT(*) AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA IN (?) AND TABLE_NAME <> '_backup_undo'",
    [undo],
  );
  return Number(moved.found) > 0 ? 'swapping, tables moved' : 'swapping, tables not moved';
}

/** Waits until the server has noticed that the process of the newest operation is gone. */
export async function noticed(site: CrashSite): Promise<void> {
  for (;;) {
    const [row] = await site.query(
      `SELECT IS_FREE_LOCK(CONCAT('nestjs-backup:op:', backupid)) AS free FROM backup_controllers ORDER BY id DESC LIMIT 1`,
    );
    if (Number(row.free) === 1) return;
    await delay(PAUSE);
  }
}

/** Waits until somebody cleans up after the newest operation; false when there is nothing to clean up. */
export async function isRecovering(site: CrashSite, hasEnded: () => boolean): Promise<boolean> {
  for (;;) {
    const [row] = await site.query(
      `SELECT IS_USED_LOCK(CONCAT('nestjs-backup:op:', backupid)) AS holder FROM backup_controllers ORDER BY id DESC LIMIT 1`,
    );
    if (row.holder !== null) return true;
    if (hasEnded()) return false;
    await delay(PAUSE);
  }
}

/** Whether an operation that is newer than those known has come to a landmark. */
export async function isReached(site: CrashSite, landmark: Landmark, known: number): Promise<boolean> {
  switch (landmark) {
    case 'executing':
      return isSome(site, 'SELECT COUNT(*) AS found FROM backup_controllers WHERE id > ? AND status >= 800', [known]);
    case 'reading rows':
      return isSome(
        site,
        "SELECT COUNT(*) AS found FROM information_schema.PROCESSLIST WHERE DB = ? AND INFO LIKE 'SELECT HIGH\\_PRIORITY%FROM `orders`%'",
        [site.name],
      );
    case 'ended':
      return isSome(site, 'SELECT COUNT(*) AS found FROM backup_controllers WHERE id > ? AND status >= 900', [known]);
    case 'proven':
      return isSome(
        site,
        `SELECT COUNT(*) AS found FROM backup_logs WHERE message LIKE '%proven in staging%'
          AND backupid IN (SELECT backupid FROM backup_controllers WHERE id > ?)`,
        [known],
      );
    case 'staging':
      return (await scratchSchemas(site)).some((name) => name.includes('_restore_'));
    case 'swapping':
    case 'undoing':
      return (await swapState(site)).startsWith(landmark);
  }
}

async function undoState(site: CrashSite, schema: string): Promise<string> {
  // the schema may go, or not have its table yet, between two queries
  const rows = await site.query(`SELECT state FROM \`${schema}\`._backup_undo`).catch(() => []);
  return rows.length > 0 ? String(rows[0].state) : 'none';
}

async function isSome(site: CrashSite, sql: string, params: readonly unknown[]): Promise<boolean> {
  // before the host's first command there is no catalog
  const rows = await site.query(sql, params).catch((error: unknown) => {
    if ((error as { readonly errno?: number }).errno === NO_SUCH_TABLE) return [];
    throw error;
  });
  return Number(rows.at(0)?.found ?? 0) > 0;
}
