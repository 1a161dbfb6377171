import { BackupError, type BackupErrorCode } from '@app/backup';
import type { Site } from './bad-input-site.js';

/** Which row tells that an operation failed; `nothing` when it was refused before it became one. */
type Recorded = 'backup' | 'restore' | 'verification' | 'nothing';

/** How something must fail. */
export interface Refusal {
  readonly code: BackupErrorCode;
  /** All of it. */
  readonly message: string;
  readonly recorded: Recorded;
}

/**
 * Attempts something that must fail in exactly this way and lose nothing: live data and storage are as before, no
 * scratch schema and no half set stays, no operation is left running, and the catalog says why it failed.
 */
export async function expectRefusal(site: Site, attempt: () => Promise<unknown>, expected: Refusal): Promise<void> {
  const before = await site.state();
  const counted = await countRows(site);

  const error = await failureOf(attempt);

  expect(error.message).toBe(expected.message);
  expect(error.code).toBe(expected.code);
  expect(await site.state()).toEqual(before);
  expect(await unfinishedOperations(site)).toBe(0);
  await expectRecord(site, expected, counted);
}

/** The error that something fails with, which must be one of the library's own. */
export async function failureOf(attempt: () => Promise<unknown>): Promise<BackupError> {
  const error = await attempt().then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof BackupError) {
    return error;
  }
  throw error instanceof Error ? error : new Error(String(error));
}

interface Counted {
  readonly backups: number;
  readonly restores: number;
}

async function expectRecord(site: Site, { message, recorded }: Refusal, before: Counted): Promise<void> {
  const { backups, restores } = await countRows(site);
  expect({ backups: backups - before.backups, restores: restores - before.restores }).toEqual({
    backups: recorded === 'backup' ? 1 : 0,
    restores: recorded === 'restore' ? 1 : 0,
  });
  if (recorded === 'nothing') {
    return;
  }
  const [operation] = await site.database.query(
    'SELECT operation, status, backupid FROM backup_controllers ORDER BY id DESC LIMIT 1',
  );
  expect(operation).toMatchObject({
    operation: { backup: 'backup', restore: 'restore', verification: 'verify' }[recorded],
    status: 900,
  });
  const [log] = await site.database.query(
    'SELECT loglevel, message FROM backup_logs WHERE backupid = ? ORDER BY id DESC LIMIT 1',
    [operation.backupid],
  );
  expect(log).toEqual({ loglevel: 20, message });
  if (recorded !== 'verification') {
    const table = recorded === 'backup' ? 'backup_history' : 'backup_restore_log';
    const [row] = await site.database.query(
      `SELECT status, error_message AS message FROM ${table} ORDER BY id DESC LIMIT 1`,
    );
    expect(row).toEqual({ status: 'failed', message });
  }
}

async function countRows(site: Site): Promise<Counted> {
  const [row] = await site.database.query(
    'SELECT (SELECT COUNT(*) FROM backup_history) AS backups, (SELECT COUNT(*) FROM backup_restore_log) AS restores',
  );
  return { backups: Number(row.backups), restores: Number(row.restores) };
}

async function unfinishedOperations(site: Site): Promise<number> {
  const [row] = await site.database.query(
    'SELECT COUNT(*) AS unfinished FROM backup_controllers WHERE status NOT IN (900, 1000)',
  );
  return Number(row.unfinished);
}
