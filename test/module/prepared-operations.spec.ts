import { once } from 'node:events';
import { BackupOperationRepository, OperationStatus, type NewOperationOrder, type OperationDetails } from '@app/backup';
import { ScheduleModule } from '@nestjs/schedule';
import { createConnection } from 'mysql2/promise';
import { OrderedWork } from '../../libs/backup/src/operations/prepared/ordered-work.js';
import { PreparedOperations } from '../../libs/backup/src/operations/prepared/prepared-operations.js';
import { databaseLock, operationLock } from '../../libs/backup/src/operations/server-locks.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { EventRecorder } from './event-recorder.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from './module-host.js';

const { SETTING_UI, NEED_PRECHECK, AWAITING, EXECUTING, FINISHED_OK, FINISHED_ERR } = OperationStatus;

describe('Operations that are prepared', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;
  let events: EventRecorder;
  let backupId: number;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    await database.query('CREATE TABLE orders (id INT PRIMARY KEY, item TEXT)');
    await database.query("INSERT INTO orders VALUES (1, 'tea'), (2, 'coffee')");
    host = await start();
    events = host.app.get(EventRecorder);
    backupId = await host.backUp();
  });

  beforeEach(() => {
    events.clear();
  });

  afterAll(async () => {
    await host.app.close();
    await folder.remove();
    await database.drop();
  });

  const start = (): Promise<ModuleHost> =>
    startModuleHost(database.url, { storage: folder.url }, { providers: [EventRecorder] });
  const show = (backupid: string): Promise<OperationDetails> => host.backups.getOperationDetails(backupid);
  /** In the past, on whichever of two clocks. */
  const ago = (): Date => new Date(Date.now() - 1000);
  const inAnHour = (): Date => new Date(Date.now() + 3_600_000);

  it('wait for their settings to be confirmed, which may be changed until then', async () => {
    const backupid = await host.backups.prepareOperation(
      { operation: 'backup', type: 'database', settings: { compression: 'none', notes: 'first' } },
      { interactive: true, initiatedBy: 7 },
    );
    expect(await show(backupid)).toMatchObject({ status: SETTING_UI, interactive: true, userid: 7, backupId: null });

    await host.backups.changeOperation(backupid, {
      databases: [database.name],
      compression: 'gzip:6',
      notes: undefined,
    });
    const begun: string[] = [];
    await host.backups.confirmOperation(backupid, { onStarted: (id) => begun.push(id) });

    const details = await show(backupid);
    expect(details).toMatchObject({ status: FINISHED_OK, progress: 1, order: { settings: { compression: 'gzip:6' } } });
    expect(begun).toEqual([backupid]);
    expect(await host.backups.getBackup(details.backupId ?? 0)).toMatchObject({
      compression: 'gzip:6',
      notes: null,
      initiatedBy: 7,
      status: 'completed',
    });
    expect(events.payloads('operation.changed').map(({ from, to }) => [from, to])).toEqual([
      [null, SETTING_UI],
      [SETTING_UI, NEED_PRECHECK],
      [NEED_PRECHECK, AWAITING],
      [AWAITING, EXECUTING],
      [EXECUTING, FINISHED_OK],
    ]);
  });

  it.each([
    ['a setting that there is not', { compresion: 'none' }, 'invalid_option', 'compresion: there is no such setting'],
    ['a setting of the wrong kind', { threads: 'many' }, 'invalid_option', 'settings.threads'],
    ['what the operation would refuse', { compression: 'lzma' }, 'invalid_option', 'lzma'],
    ['a passphrase, which is not kept', { passphrase: 'correct horse' }, 'invalid_option', 'A passphrase is not kept'],
    ['a database that there is not', { databases: ['nowhere'] }, 'unknown_database', 'nowhere'],
    ['a pattern of no table', { excludeTables: ['log\\_1'] }, 'not_found', String.raw`"log\_1" of excludeTables`],
  ])('are refused %s, and stay as they are', async (_, changes, code, message) => {
    const backupid = await host.backups.prepareOperation(
      { operation: 'backup', type: 'database' },
      { interactive: true },
    );
    const outcome = host.backups.changeOperation(backupid, changes);
    await expect(outcome).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(await show(backupid)).toMatchObject({ status: SETTING_UI, order: { settings: {} } });
    await host.backups.cancelOperation(backupid);
  });

  it('are not recorded of a backup that could not be made, though somebody is still to confirm it', async () => {
    const before = await host.backups.listOperations();
    const order = { operation: 'backup', type: 'database', settings: { databases: ['nowhere'] } } as const;
    const outcome = host.backups.prepareOperation(order, { interactive: true });
    await expect(outcome).rejects.toMatchObject({ code: 'unknown_database' });
    expect(await host.backups.listOperations()).toEqual(before);
  });

  it('are neither changed nor confirmed a second time', async () => {
    const backupid = await host.backups.prepareOperation({ operation: 'cleanup' }, { interactive: true });
    await host.backups.confirmOperation(backupid, { executeAt: inAnHour() });
    const refusal = { code: 'operation_state', message: expect.stringContaining('does not wait') };
    await expect(host.backups.changeOperation(backupid, { maxDelete: 1 })).rejects.toMatchObject(refusal);
    await expect(host.backups.confirmOperation(backupid)).rejects.toMatchObject(refusal);
    expect(await show(backupid)).toMatchObject({ status: AWAITING, execution: 2 });
    await host.backups.cancelOperation(backupid);
  });

  it('are checked when a restore is confirmed, and wait for other settings when they do not pass', async () => {
    const copy = `${database.name}_copy`;
    const backupid = await host.backups.prepareOperation(
      { operation: 'restore', backupId, settings: { tables: ['nowhere'] } },
      { interactive: true },
    );
    await expect(host.backups.confirmOperation(backupid)).rejects.toMatchObject({ code: 'not_found' });
    expect(await show(backupid)).toMatchObject({ status: SETTING_UI, backupId });

    await host.backups.changeOperation(backupid, { tables: undefined, databases: [`${database.name}=${copy}`] });
    await host.backups.confirmOperation(backupid);
    try {
      expect(await show(backupid)).toMatchObject({ status: FINISHED_OK });
      expect(await database.query(`SELECT item FROM \`${copy}\`.orders ORDER BY id`)).toEqual([
        { item: 'tea' },
        { item: 'coffee' },
      ]);
    } finally {
      await database.query(`DROP DATABASE IF EXISTS \`${copy}\``);
    }
    expect(events.payloads('operation.changed').map(({ to }) => to)).toEqual([
      ...[SETTING_UI, NEED_PRECHECK, SETTING_UI],
      ...[NEED_PRECHECK, AWAITING, EXECUTING, FINISHED_OK],
    ]);
  });

  it.each([
    ['backup', (): NewOperationOrder => ({ operation: 'backup', type: 'database' })],
    ['restore', (): NewOperationOrder => ({ operation: 'restore', backupId })],
  ])('wait on where a %s is confirmed while others work on its database', async (_, order) => {
    const backupid = await host.backups.prepareOperation(order(), { interactive: true });
    const holder = await createConnection(database.url);
    await holder.query('DO GET_LOCK(?, 0)', [databaseLock(database.name)]);
    try {
      await expect(host.backups.confirmOperation(backupid)).rejects.toMatchObject({ code: 'busy' });
      expect(await show(backupid)).toMatchObject({ status: SETTING_UI, errorCode: null });
    } finally {
      await holder.end();
      await host.backups.cancelOperation(backupid);
    }
  });

  it('record nothing of a restore that could not begin', async () => {
    const before = await host.backups.listOperations();
    const outcome = host.backups.prepareOperation({
      operation: 'restore',
      backupId,
      settings: { tables: ['nowhere'] },
    });
    await expect(outcome).rejects.toMatchObject({ code: 'not_found' });
    expect(await host.backups.listOperations()).toEqual(before);
  });

  it('are carried out once when their time has come, by one of many processes, though the one that took them is gone', async () => {
    const gone = await start();
    const verification = await gone.backups.prepareOperation(
      { operation: 'verify', backupId, settings: { level: 'quick' } },
      { executeAt: ago() },
    );
    const early = await gone.backups.prepareOperation({ operation: 'cleanup' }, { executeAt: inAnHour() });
    await gone.app.close();
    const other = await start();
    try {
      const results = await Promise.all([host.backups.runDueOperations(), other.backups.runDueOperations()]);
      expect(results.flat()).toEqual([{ backupid: verification, outcome: 'completed', message: null }]);
      expect(await show(verification)).toMatchObject({ status: FINISHED_OK, purpose: 70 });
      const log = await host.backups.getOperationLog(verification);
      expect(log.map(({ message }) => message)).toEqual([`Backup ${String(backupId)} passed quick verification`]);
      expect(await show(early)).toMatchObject({ status: AWAITING });
    } finally {
      await other.app.close();
      await host.backups.cancelOperation(early);
    }
  });

  it.each([
    [
      'one that was confirmed for it',
      (id: string): Promise<unknown> => host.backups.confirmOperation(id, { executeAt: ago() }),
    ],
    ['one that was prepared for now', (): Promise<unknown> => host.backups.prepareOperation({ operation: 'cleanup' })],
  ])('are due at once when their time has come: %s', async (_, makeDue) => {
    const waiting = await host.backups.prepareOperation({ operation: 'cleanup' }, { interactive: true });
    await makeDue(waiting);
    expect(await host.backups.runDueOperations()).toMatchObject([{ outcome: 'completed' }]);
    await host.backups.cancelOperation(waiting);
  });

  it('are left for five seconds to whoever confirmed them for now, by the clock of the server', async () => {
    const backupid = await host.backups.prepareOperation({ operation: 'cleanup' }, { interactive: true });
    // as by a process that dies before it begins
    await host.app.get(PreparedOperations, { strict: false }).confirm(backupid, null);
    expect(await host.backups.runDueOperations()).toEqual([]);
    await database.query('UPDATE backup_controllers SET updated_at = updated_at - 5 WHERE backupid = ?', [backupid]);
    expect(await host.backups.runDueOperations()).toMatchObject([{ backupid, outcome: 'completed' }]);
  });

  it('are taken from a process that stands still since it took them up, after the time of its lease', async () => {
    const stopped = await createConnection(database.url);
    const other = await startModuleHost(database.url, { storage: folder.url, leaseSeconds: 3 });
    try {
      const backupid = await host.backups.prepareOperation({ operation: 'cleanup' }, { executeAt: ago() });
      await stopped.query('SELECT GET_LOCK(?, 0)', [operationLock(backupid)]);
      const ended = once(stopped, 'error');
      expect(await other.backups.runDueOperations()).toEqual([]);
      expect(await show(backupid)).toMatchObject({ status: AWAITING });
      await database.query('SELECT SLEEP(4)');
      expect(await other.backups.runDueOperations()).toMatchObject([{ backupid, outcome: 'completed' }]);
      await ended;
    } finally {
      stopped.destroy();
      await other.app.close();
    }
  });

  it('stay with a process that carries them out, though its session with the lock has nothing to say meanwhile', async () => {
    await database.query('CREATE TABLE slow (id INT PRIMARY KEY, note TEXT)');
    await database.query('INSERT INTO slow SELECT seq, SHA2(seq, 512) FROM seq_1_to_20000');
    const other = await startModuleHost(database.url, { storage: folder.url, leaseSeconds: 3 });
    try {
      const backupid = await host.backups.prepareOperation(
        { operation: 'backup', type: 'database', settings: { includeTables: ['slow'], maxRate: 0.4 } },
        { executeAt: ago() },
      );
      const carriedOut = host.backups.runDueOperations();
      await database.query('SELECT SLEEP(4)');
      expect(await show(backupid)).toMatchObject({ status: EXECUTING });
      const work = other.app.get(OrderedWork, { strict: false });
      await expect(work.carryOut(backupid, true)).rejects.toMatchObject({ code: 'operation_state' });
      expect(await carriedOut).toMatchObject([{ backupid, outcome: 'completed' }]);
    } finally {
      await other.app.close();
      await database.query('DROP TABLE slow');
    }
  });

  it('are begun by an application that starts after their time', async () => {
    const backupid = await host.backups.prepareOperation({ operation: 'cleanup' }, { executeAt: ago() });
    const late = await startModuleHost(
      database.url,
      { storage: folder.url },
      { imports: [ScheduleModule.forRoot()], providers: [EventRecorder] },
    );
    await late.app.get(EventRecorder).seen('cleanup.completed');
    await late.app.close();
    expect(await show(backupid)).toMatchObject({ status: FINISHED_OK });
  });

  it('are finished as an error when what they are about is gone by then', async () => {
    const id = await host.backUp();
    const backupid = await host.backups.prepareOperation({ operation: 'verify', backupId: id }, { executeAt: ago() });
    await host.backups.deleteBackup(id);
    const [result] = await host.backups.runDueOperations();
    expect(result).toMatchObject({ backupid, outcome: 'failed', message: expect.stringContaining('was deleted') });
    expect(await show(backupid)).toMatchObject({ status: FINISHED_ERR, error: expect.stringContaining('was deleted') });
  });

  it('can be cancelled while they wait', async () => {
    const backupid = await host.backups.prepareOperation({ operation: 'cleanup' }, { executeAt: ago() });
    expect(await host.backups.cancelOperation(backupid)).toBe(true);
    expect(await host.backups.runDueOperations()).toEqual([]);
    expect(await show(backupid)).toMatchObject({ status: FINISHED_ERR, error: `Operation ${backupid} was cancelled.` });
    expect(await host.backups.cancelOperation(backupid)).toBe(false);
  });

  it('do nothing of what somebody wrote into their rows', async () => {
    const backupid = await host.backups.prepareOperation({ operation: 'verify', backupId }, { executeAt: ago() });
    const forged = `UPDATE backup_controllers SET controller = REPLACE(controller, '"verify"', '"restore"') WHERE backupid = ?`;
    await database.query(forged, [backupid]);
    const [result] = await host.backups.runDueOperations();
    expect(result).toMatchObject({
      backupid,
      outcome: 'failed',
      message: expect.stringContaining('changed from outside'),
    });
    expect(await host.backups.getOperation(backupid)).toMatchObject({ status: FINISHED_ERR });
    await expect(show(backupid)).rejects.toMatchObject({ code: 'operation_tampered' });
  });

  it('are left alone by recovery, and wait again when their confirmation was cut off', async () => {
    const waiting = await host.backups.prepareOperation({ operation: 'cleanup' }, { executeAt: inAnHour() });
    const confirming = await host.backups.prepareOperation({ operation: 'restore', backupId }, { interactive: true });
    await host.app.get(BackupOperationRepository).transition(confirming, SETTING_UI, NEED_PRECHECK);
    expect(await host.backups.recover()).toEqual([
      `The confirmation of operation ${confirming} had been interrupted: it can be confirmed again`,
    ]);
    expect(await show(waiting)).toMatchObject({ status: AWAITING });
    expect(await show(confirming)).toMatchObject({ status: SETTING_UI });
    await host.backups.cancelOperation(waiting);
    await host.backups.cancelOperation(confirming);
  });
});
