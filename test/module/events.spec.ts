import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BackupEvents,
  BackupHistoryRepository,
  BackupOperationRepository,
  OperationStatus,
  type BackupHistory,
} from '@app/backup';
import { Injectable } from '@nestjs/common';
import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { EventRecorder } from './event-recorder.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from './module-host.js';

/** Fails on every occasion, in each of the ways in which a listener can. */
@Injectable()
class FailingListener {
  calls = 0;

  @OnEvent(BackupEvents.started)
  @OnEvent(BackupEvents.restoreStarted)
  @OnEvent(BackupEvents.restoreStaged)
  throws(): void {
    this.calls += 1;
    throw new Error('this listener is broken');
  }

  @OnEvent(BackupEvents.completed, { suppressErrors: false })
  @OnEvent(BackupEvents.progress, { suppressErrors: false })
  async rejects(): Promise<void> {
    this.calls += 1;
    return Promise.reject(new Error('this listener is broken, too'));
  }

  @OnEvent(BackupEvents.started, { suppressErrors: false })
  @OnEvent(BackupEvents.restoreStaged, { suppressErrors: false })
  async neverSettles(): Promise<void> {
    this.calls += 1;
    return new Promise(() => undefined);
  }
}

describe('Lifecycle events', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;
  let events: EventRecorder;
  let backup: BackupHistory;
  let common: { id: number; backupName: string; backupType: string; backupid: string };

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    await database.query('CREATE TABLE orders (id INT PRIMARY KEY, item TEXT)');
    await database.query("INSERT INTO orders SELECT seq, REPEAT('x', 1000) FROM seq_1_to_500");
    host = await startModuleHost(
      database.url,
      { storage: folder.url },
      { providers: [EventRecorder, FailingListener] },
    );
    events = host.app.get(EventRecorder);
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
    backup = await host.backups.getBackup(await host.backUp());
    common = { id: backup.id, backupName: backup.backupName, backupType: 'database', backupid: backup.backupid ?? '' };
  });

  afterEach(() => {
    events.clear();
  });

  it('tell of a backup: started, progress that never goes back, completed', () => {
    expect(events.names()).toEqual(['backup.started', 'backup.progress', 'backup.completed']);
    expect(events.payloads('backup.started')).toEqual([common]);
    expect(events.payloads('backup.completed')).toEqual([
      {
        ...common,
        fileSize: backup.fileSize,
        logicalSize: backup.logicalSize,
        durationSeconds: backup.durationSeconds,
        warnings: [],
      },
    ]);
    const progress = events.payloads('backup.progress');
    expect(progress.at(-1)).toEqual({
      ...common,
      fraction: expect.any(Number),
      bytes: expect.any(Number),
      bytesPerSecond: expect.any(Number),
      secondsLeft: expect.any(Number),
    });
    const fractions = progress.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...fractions)).toBeLessThanOrEqual(1);
    expect(progress.at(-1)?.bytes).toBeGreaterThan(500_000);
  });

  it('tell of a backup that failed, with the error that its caller got', async () => {
    events.clear();
    await expect(host.backUp({ databases: ['no_such_database'] })).rejects.toMatchObject({ code: 'unknown_database' });

    const [failed] = await host.backups.listBackups({ status: 'failed' });
    expect(events.names()).toEqual(['backup.started', 'backup.failed']);
    expect(events.payloads('backup.failed')).toEqual([
      {
        id: failed.id,
        backupName: failed.backupName,
        backupType: 'database',
        backupid: failed.backupid,
        code: 'unknown_database',
        message: failed.errorMessage,
      },
    ]);
  });

  it.each(['quick', 'full'] as const)('tell of a %s verification that passed', async (level) => {
    await host.backups.verifyBackup(backup.id, level);

    const verified = { ...common, backupid: expect.stringMatching(/^[0-9a-f]{32}$/), level };
    expect(events.payloads('verify.started')).toEqual([verified]);
    expect(events.payloads('backup.verified')).toEqual([{ ...verified, durationSeconds: expect.any(Number) }]);
    expect(events.payloads('backup.verified')[0].backupid).not.toBe(common.backupid);
    expect(events.payloads('backup.verification_failed')).toEqual([]);
  });

  it('tell of a set that is not sound', async () => {
    const file = (await folder.files()).find(
      (path) => path.includes(`${backup.backupName}/`) && path.includes('orders'),
    );
    await truncate(join(folder.path, file ?? ''), 10);
    await expect(host.backups.verifyBackup(backup.id)).rejects.toMatchObject({ code: 'damaged' });

    expect(events.payloads('backup.verified')).toEqual([]);
    expect(events.payloads('backup.verification_failed')).toEqual([
      {
        ...common,
        backupid: expect.stringMatching(/^[0-9a-f]{32}$/),
        level: 'full',
        code: 'damaged',
        message: expect.stringContaining('is 10 bytes long instead of'),
      },
    ]);
    expect(events.payloads('verify.failed')).toEqual([]);
  });

  it('tell of a restore: started, staged, completed, and undone', async () => {
    events.clear();
    const restore = await host.backups.restore(backup.id);
    const expected = {
      ...common,
      backupid: restore.backupid,
      restoreId: restore.id,
      databases: [database.name],
      roots: [],
    };

    expect(events.names()).toEqual(['restore.started', 'restore.progress', 'restore.staged', 'restore.completed']);
    expect(events.payloads('restore.started')).toEqual([expected]);
    expect(events.payloads('restore.staged')).toEqual([expected]);
    expect(events.payloads('restore.completed')).toEqual([{ ...expected, durationSeconds: expect.any(Number) }]);

    await host.backups.undoRestore(backup.id);
    expect(events.payloads('restore.undone')).toEqual([expected]);
  });

  it('tell of a restore that failed, under the name that the database would have had', async () => {
    const file = (await folder.files()).find(
      (path) => path.includes(`${backup.backupName}/`) && path.includes('orders'),
    );
    await truncate(join(folder.path, file ?? ''), 10);
    events.clear();
    const copy = `${database.name}_copy`;
    const restored = host.backups.restore(backup.id, { databases: [`${database.name}=${copy}`] });
    await expect(restored).rejects.toMatchObject({ code: 'damaged' });

    const [restore] = await host.backups.getRestoreLog(backup.id);
    expect(restore.status).toBe('failed');
    expect(events.names()).toEqual(['restore.failed']);
    expect(events.payloads('restore.failed')).toEqual([
      {
        ...common,
        backupid: restore.backupid,
        restoreId: restore.id,
        databases: [copy],
        roots: [],
        code: 'damaged',
        message: restore.errorMessage,
      },
    ]);
  });

  it('tell of a deletion', async () => {
    events.clear();
    await host.backups.deleteBackup(backup.id);
    expect(events.names()).toEqual(['backup.deleted']);
    expect(events.payloads('backup.deleted')).toEqual([common]);
  });

  it('tell of a cleanup: what it deleted and what that freed', async () => {
    await database.query(
      "UPDATE backup_history SET created_at = '2019-12-01', expires_at = '2020-01-01' WHERE id = ?",
      [backup.id],
    );
    await host.backUp();
    events.clear();
    const result = await host.backups.cleanupExpired();

    expect(result.deleted).toEqual([backup.id]);
    expect(events.names()).toEqual(['cleanup.started', 'backup.deleted', 'cleanup.progress', 'cleanup.completed']);
    const [{ backupid }] = events.payloads('cleanup.started');
    expect(backupid).toMatch(/^[0-9a-f]{32}$/);
    expect(events.payloads('cleanup.started')).toEqual([{ backupid, planned: [backup.id] }]);
    expect(events.payloads('cleanup.progress')).toEqual([
      expect.objectContaining({ backupid, fraction: 0.999, bytes: backup.fileSize }),
    ]);
    expect(events.payloads('cleanup.completed')).toEqual([
      { backupid, deleted: [backup.id], freedBytes: backup.fileSize },
    ]);
  });

  it('tell what was cancelled, and that nothing of it failed', async () => {
    const signal = AbortSignal.abort();
    const cancelled = { code: 'cancelled', message: expect.stringMatching(/^Operation [0-9a-f]{32} was cancelled\.$/) };
    const copy = { databases: [`${database.name}=${database.name}_copy`], signal };
    events.clear();

    await expect(host.backUp({ signal })).rejects.toMatchObject(cancelled);
    await expect(host.backups.verifyBackup(backup.id, 'full', { signal })).rejects.toMatchObject(cancelled);
    await expect(host.backups.restore(backup.id, copy)).rejects.toMatchObject(cancelled);
    await expect(host.backups.cleanupExpired({ signal })).rejects.toMatchObject(cancelled);

    expect(events.names()).toEqual(['backup.cancelled', 'verify.cancelled', 'restore.cancelled', 'cleanup.cancelled']);
    expect(events.payloads('backup.cancelled')).toMatchObject([cancelled]);
    expect(events.payloads('verify.cancelled')).toMatchObject([{ ...cancelled, id: backup.id, level: 'full' }]);
    expect(events.payloads('restore.cancelled')).toMatchObject([{ ...cancelled, id: backup.id }]);
    expect(events.payloads('cleanup.cancelled')).toMatchObject([cancelled]);
  });

  it.each([
    ['cancelled', 'backup.cancelled', 'was cancelled.'],
    ['interrupted', 'backup.failed', 'taken for dead by another process'],
  ] as const)('tell how others have ended a backup: %s', async (code, name, message) => {
    const history = host.app.get(BackupHistoryRepository);
    const update = history.update.bind(history);
    jest.spyOn(history, 'update').mockImplementationOnce(async (...change) => {
      await database.query('UPDATE backup_controllers SET status = 900, error_code = ? WHERE status = 800', [code]);
      return update(...change);
    });
    events.clear();

    await expect(host.backUp()).rejects.toMatchObject({ code });

    expect(events.names()).toEqual(expect.arrayContaining(['backup.started', name]));
    expect(events.payloads(name)).toMatchObject([{ code, message: expect.stringContaining(message) }]);
    const [{ errorMessage, backupid }] = await host.backups.listBackups({ status: 'failed', limit: 1 });
    expect(await host.backups.getOperationDetails(backupid ?? '')).toMatchObject({
      errorCode: code,
      error: errorMessage,
    });
  });

  it('tell of every step of an operation', async () => {
    events.clear();
    await host.backUp();
    const steps = events.payloads('operation.changed');
    expect(steps.map(({ from, to }) => [from, to])).toEqual([
      [null, 100],
      [100, 300],
      [300, 400],
      [400, 700],
      [700, 800],
      [800, 1000],
    ]);
    const [{ backupid }] = events.payloads('backup.completed');
    expect(new Set(steps.map((step) => `${step.operation} ${step.backupid}`))).toEqual(
      new Set([`backup ${String(backupid)}`]),
    );
  });

  it('tell of a backup whose process died, when the next one cleans up', async () => {
    const operations = host.app.get(BackupOperationRepository);
    const set = '20260101T000000Z-database-abcdef';
    const historyId = await host.app.get(BackupHistoryRepository).insert({
      backupType: 'database',
      backupName: set,
      filePath: set,
      status: 'running',
    });
    const plan = { kind: 'backup', historyId, set, databases: [database.name], compression: 'none' };
    const { EXECUTING: status } = OperationStatus;
    const backupid = await operations.create({ operation: 'backup', type: 'site', plan, status });
    events.clear();

    const [note] = await host.backups.recover();

    expect(events.payloads('backup.failed')).toEqual([
      { id: historyId, backupName: set, backupType: 'database', backupid, code: 'interrupted', message: note },
    ]);
    expect(events.payloads('operation.changed')).toEqual([{ backupid, operation: 'backup', from: 800, to: 900 }]);
  });

  it('cannot be changed by one listener for the next, nor for the operation', async () => {
    const emitter = host.app.get(EventEmitter2);
    const meddling = jest.fn((payload: { id: number; warnings: string[] }) => {
      expect(() => (payload.id = 0)).toThrow(TypeError);
      expect(() => payload.warnings.push('nonsense')).toThrow(TypeError);
    });
    emitter.prependListener(BackupEvents.completed, meddling);
    events.clear();
    try {
      const id = await host.backUp();
      expect(events.payloads('backup.completed')).toMatchObject([{ id, warnings: [] }]);
    } finally {
      emitter.off(BackupEvents.completed, meddling);
    }
    expect(meddling).toHaveReturnedTimes(1);
  });

  it('reach listeners that fail, which harms no operation and no other listener', async () => {
    const emitter = host.app.get(EventEmitter2);
    const next = jest.fn();
    const failing = host.app.get(FailingListener);
    failing.calls = 0;
    events.clear();
    const throwing = (): never => {
      throw new Error('attached to the emitter itself, and broken');
    };
    emitter.prependListener(BackupEvents.deleted, throwing);
    emitter.onAny(next);
    try {
      const id = await host.backUp();
      await host.backups.restore(id);
      await host.backups.deleteBackup(id);
    } finally {
      emitter.off(BackupEvents.deleted, throwing);
      emitter.offAny(next);
    }
    expect(failing.calls).toBeGreaterThanOrEqual(8);
    expect(next).toHaveBeenCalledWith('backup.deleted', expect.objectContaining({ backupType: 'database' }));
    expect(events.names()).toEqual(
      expect.arrayContaining(['backup.completed', 'restore.staged', 'restore.completed', 'backup.deleted']),
    );
  });
});
