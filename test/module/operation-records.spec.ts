import { createHash } from 'node:crypto';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BackupHistoryRepository,
  BackupLogRepository,
  BackupOperationRepository,
  BackupRestoreLogRepository,
  LogLevel,
  OperationStatus,
  type BackupHistory,
} from '@app/backup';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from './module-host.js';

interface Recorded {
  readonly backupid: string;
  readonly plan: Record<string, unknown>;
  readonly row: Record<string, unknown>;
  /** `level message`, in the order in which they were logged. */
  readonly log: string[];
}

const FINISHED_OK = 1000;
const FINISHED_ERR = 900;

describe('The record of an operation', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;
  let backup: BackupHistory;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    await database.query('CREATE TABLE orders (id INT PRIMARY KEY); INSERT INTO orders VALUES (1), (2), (3)');
    host = await startModuleHost(database.url, { storage: folder.url, undoHours: 5 });
  });

  afterAll(async () => {
    try {
      await host.app.close();
    } finally {
      await folder.remove();
      await database.drop();
    }
  });

  beforeEach(async () => {
    await database.query('DELETE FROM backup_controllers');
    backup = await host.backups.getBackup(await host.backUp({ initiatedBy: 42 }));
  });

  /** The newest operation of a kind, whatever the library thinks of it. */
  const recorded = async (operation: string): Promise<Recorded> => {
    const [row] = await database.query(
      'SELECT * FROM backup_controllers WHERE operation = ? ORDER BY id DESC LIMIT 1',
      [operation],
    );
    const lines = await database.query('SELECT * FROM backup_logs WHERE backupid = ? ORDER BY id', [row.backupid]);
    expect(row.checksum).toBe(createHash('md5').update(String(row.controller)).digest('hex'));
    return {
      backupid: String(row.backupid),
      plan: JSON.parse(String(row.controller)) as Record<string, unknown>,
      row: { ...row, progress: Number(row.progress) },
      log: lines.map(({ loglevel, message }) => `${String(loglevel)} ${String(message)}`),
    };
  };

  const written = async (): Promise<unknown> => [
    await database.query('SELECT * FROM backup_history ORDER BY id'),
    await database.query('SELECT * FROM backup_restore_log ORDER BY id'),
    await folder.files(),
  ];

  it('says of a backup what was planned, that it is done, and what happened', async () => {
    const { backupid, plan, row, log } = await recorded('backup');

    expect(backupid).toBe(backup.backupid);
    expect(row).toMatchObject({
      operation: 'backup',
      type: 'site',
      itemid: 0,
      format: 'native',
      interactive: 0,
      purpose: 10,
      userid: 42,
      status: FINISHED_OK,
      execution: 1,
      executiontime: 0,
      progress: 1,
    });
    expect(Number(row.updated_at)).toBeGreaterThanOrEqual(Number(row.created_at));
    expect(Math.abs(Number(row.created_at) - Date.now() / 1000)).toBeLessThan(60);
    expect(plan).toEqual({
      kind: 'backup',
      historyId: backup.id,
      set: backup.backupName,
      databases: [database.name],
      roots: [],
      selection: { include: [], exclude: [], noData: [], where: {} },
      compression: 'zstd:1',
    });
    expect(log).toEqual([
      `40 Backup ${String(backup.id)} (${backup.backupName}) of ${database.name} started`,
      expect.stringMatching(/^40 The snapshot held commits back for [\d.]+ ms$/),
      `40 Backup ${String(backup.id)} completed in ${String(backup.durationSeconds)} s`,
    ]);
  });

  it.each([
    ['backup', 'interrupted'],
    ['restore', 'cancelled'],
  ] as const)(
    'is all that there is of a %s that others have ended (%s) before it was planned: whoever was taken for dead writes nothing more',
    async (kind, code) => {
      const rows = kind === 'backup' ? BackupHistoryRepository : BackupRestoreLogRepository;
      const table: { insert: (row: { backupid?: string | null }) => Promise<number> } = host.app.get(rows);
      const insert = table.insert.bind(table);
      const before = await written();
      jest.spyOn(table, 'insert').mockImplementationOnce(async (row) => {
        const end = 'UPDATE backup_controllers SET status = 900, error_code = ? WHERE backupid = ?';
        await database.query(end, [code, row.backupid]);
        return insert(row);
      });

      const work = kind === 'backup' ? host.backUp() : host.backups.restore(backup.id);

      await expect(work).rejects.toMatchObject({ code });
      expect(await written()).toEqual(before);
      expect((await recorded(kind)).plan).toEqual({});
    },
  );

  it('says of a restore which schemas it used, in whichever state it is found', async () => {
    const restore = await host.backups.restore(backup.id, { initiatedBy: 7 });
    const { backupid, plan, row, log } = await recorded('restore');

    expect(backupid).toBe(restore.backupid);
    expect(row).toMatchObject({ status: FINISHED_OK, progress: 1, userid: 7 });
    expect(plan).toEqual({
      kind: 'restore',
      historyId: backup.id,
      set: backup.backupName,
      restoreId: restore.id,
      inPlace: false,
      allowPartial: false,
      undoHours: 5,
      targets: [
        {
          database: database.name,
          staging: `${database.name}_restore_${backupid.slice(0, 8)}`,
          undo: `${database.name}_undo_${backupid.slice(0, 8)}`,
        },
      ],
      files: [],
    });
    expect(log).toEqual([
      `40 Restore ${String(restore.id)} of ${backup.backupName} to ${database.name} started`,
      '40 Every row and definition was proven in staging; swapping',
      expect.stringMatching(new RegExp(`^40 Restore ${String(restore.id)} completed in \\d+ s$`)),
    ]);
    expect(restore).toMatchObject({
      status: 'completed',
      restoreType: 'database',
      tablesRestored: expect.arrayContaining([`${database.name}.orders`]),
      initiatedBy: 7,
      errorMessage: null,
    });
    expect(restore.completedAt?.getTime()).toBeGreaterThanOrEqual(restore.startedAt?.getTime() ?? Infinity);
    await host.backups.undoRestore(backup.id);
    expect((await host.backups.getRestoreLog(backup.id))[0].status).toBe('undone');
  });

  it('says of a verification how thorough it was', async () => {
    await host.backups.verifyBackup(backup.id, 'full');
    const { plan, row, log } = await recorded('verify');

    expect(row).toMatchObject({ status: FINISHED_OK, progress: 1, userid: null });
    expect(plan).toEqual({ kind: 'verify', historyId: backup.id, set: backup.backupName, level: 'full' });
    expect(log).toEqual([`40 Backup ${String(backup.id)} passed full verification`]);
  });

  it('says of a cleanup what it deleted', async () => {
    await host.backUp();
    await database.query(
      "UPDATE backup_history SET created_at = '2019-12-01', expires_at = '2020-01-01' WHERE id = ?",
      [backup.id],
    );
    await host.backups.cleanupExpired();
    const { plan, row, log } = await recorded('cleanup');

    expect(row).toMatchObject({ status: FINISHED_OK, progress: 1 });
    expect(plan).toEqual({ kind: 'cleanup', delete: [backup.id] });
    expect(log).toEqual([`40 Backup ${String(backup.id)} (${backup.backupName}) was deleted: no rule keeps it`]);
  });

  it('says why a backup failed, in the log and in the history', async () => {
    await expect(host.backUp({ databases: ['no_such_database'] })).rejects.toThrow('no_such_database');
    const { backupid, row, log } = await recorded('backup');
    const [failed] = await host.backups.listBackups({ status: 'failed' });

    expect(row).toMatchObject({ status: FINISHED_ERR, error_code: 'unknown_database' });
    expect(failed).toMatchObject({
      backupid,
      checksum: null,
      errorMessage: expect.stringContaining('no_such_database'),
    });
    expect(failed.completedAt).not.toBeNull();
    expect(log.at(-1)).toBe(`20 ${String(failed.errorMessage)}`);
  });

  it('says why a verification failed, and the backup is no longer a verified one', async () => {
    await host.backups.verifyBackup(backup.id);
    expect((await host.backups.getBackup(backup.id)).verified).toBe(true);
    const file = (await folder.files()).find((path) => path.includes(backup.backupName) && path.includes('orders'));
    await truncate(join(folder.path, file ?? ''), 3);
    const failure = await host.backups.verifyBackup(backup.id).catch(String);
    const { row, log } = await recorded('verify');

    expect(row.status).toBe(FINISHED_ERR);
    expect(failure).toContain(log.at(-1)?.slice('20 '.length));
    expect((await host.backups.getBackup(backup.id)).verified).toBe(false);
  });

  it('is what getOperation and getOperationLog give', async () => {
    const { backupid, log } = await recorded('backup');

    const operation = await host.backups.getOperation(backupid);
    expect(operation).toMatchObject({ backupid, operation: 'backup', status: FINISHED_OK, progress: 1 });
    expect(operation).not.toHaveProperty('controller');
    expect(typeof operation.id).toBe('number');
    const lines = await host.backups.getOperationLog(backupid);
    expect(await host.backups.getOperationLog(backupid, { after: lines[0].id })).toEqual(lines.slice(1));
    expect(lines.map(({ loglevel, message }) => `${String(loglevel)} ${message}`)).toEqual(log);
    expect(lines.map(({ id }) => typeof id)).toEqual(lines.map(() => 'number'));
    expect(await host.backups.getOperationLog(backupid, { maxLevel: LogLevel.ERROR })).toEqual([]);
    await expect(host.backups.getOperation('0'.repeat(32))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('cannot be cancelled any more when it is finished', async () => {
    expect(await host.backups.cancelOperation(backup.backupid ?? '')).toBe(false);
    expect((await recorded('backup')).row.status).toBe(FINISHED_OK);
  });

  it('keeps lines of the level that the host sets, and shows them while they come', async () => {
    const quiet = await startModuleHost(database.url, { storage: folder.url, logLevel: 'warning' });
    const thorough = await startModuleHost(database.url, { storage: folder.url, logLevel: 'debug' });
    const levelsOf = async (owner: ModuleHost, maxLevel?: LogLevel): Promise<number[]> => {
      const { backupid } = await owner.backups.getBackup(await owner.backUp());
      const levels: number[] = [];
      for await (const { loglevel } of owner.backups.followOperationLog(backupid ?? '', { maxLevel })) {
        levels.push(loglevel);
      }
      return [...new Set(levels)].sort();
    };
    try {
      expect(await levelsOf(quiet)).toEqual([]);
      expect(await levelsOf(host)).toEqual([LogLevel.INFO]);
      expect(await levelsOf(thorough)).toEqual([LogLevel.INFO, LogLevel.DEBUG]);
      expect(await levelsOf(thorough, LogLevel.INFO)).toEqual([LogLevel.INFO]);
    } finally {
      await quiet.app.close();
      await thorough.app.close();
    }
  });

  it('is followed from another process until the operation is over', async () => {
    const waiting = await host.backups.prepareOperation(
      { operation: 'verify', backupId: backup.id },
      { executeAt: new Date(Date.now() - 10_000) },
    );
    const lines: string[] = [];
    const following = (async () => {
      for await (const { message } of host.backups.followOperationLog(waiting)) lines.push(message);
    })();
    await host.backups.runDueOperations();
    await following;
    expect(lines).toEqual([`Backup ${String(backup.id)} passed full verification`]);
  });

  it('is followed to what its process says when it hears, later than others, that they have ended it', async () => {
    const operations = host.app.get(BackupOperationRepository);
    const logs = host.app.get(BackupLogRepository);
    const { EXECUTING, FINISHED_ERR: ended } = OperationStatus;
    const backupid = await operations.create({ operation: 'verify', type: 'site', plan: {}, status: EXECUTING });
    const list = logs.list.bind(logs);
    jest
      .spyOn(logs, 'list')
      .mockImplementationOnce(async (...look) => {
        await operations.transition(backupid, EXECUTING, ended, { errorCode: 'cancelled' });
        return list(...look);
      })
      .mockImplementationOnce(async (...look) => {
        const lines = await list(...look);
        await logs.append(backupid, [{ level: LogLevel.ERROR, message: 'The operation was cancelled.' }]);
        return lines;
      });

    const followed: string[] = [];
    for await (const { message } of host.backups.followOperationLog(backupid)) followed.push(message);
    expect(followed).toEqual(['The operation was cancelled.']);
  });

  it('loses lines that are older than logDays with a cleanup, however many there are, and no line of the audit trail', async () => {
    await database.query('DELETE FROM backup_logs');
    const old = `INSERT INTO backup_logs (backupid, loglevel, message, created_at)
      SELECT ?, 40, 'old', UNIX_TIMESTAMP() - 91 * 86400 FROM seq_1_to_2500`;
    await database.query(old, ['f'.repeat(32)]);
    await database.query(`${old} LIMIT 1`, ['audit']);
    const { backupid } = await host.backups.getBackup(await host.backUp());
    await host.backups.cleanupExpired();
    expect(await database.query("SELECT backupid FROM backup_logs WHERE message = 'old'")).toEqual([
      { backupid: 'audit' },
    ]);
    expect((await host.backups.getOperationLog(backupid ?? '')).length).toBeGreaterThan(0);
    expect((await recorded('cleanup')).log).toContain(
      '40 2500 lines of logs were removed: they were older than 90 days',
    );
  });
});
