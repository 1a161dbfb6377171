import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import type { BackupModuleOptions, DoctorReport } from '@app/backup';
import { examineClock } from '../../libs/backup/src/doctor/examine-server.js';
import { ServerConnection } from '../../libs/backup/src/database/server-connection.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testServerUrl } from '../support/test-server.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from './module-host.js';

describe('The doctor', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    await database.query('CREATE TABLE orders (id INT PRIMARY KEY)');
    host = await startModuleHost(database.url, { storage: folder.url, alerts: { maxStorageUsed: null } });
  });

  afterAll(async () => {
    await host.app.close();
    await folder.remove();
    await database.drop();
  });

  const findings = ({ lines }: DoctorReport): string[] => lines.map(({ check, status }) => `${check} ${status}`);

  const examineWith = async (options: Partial<BackupModuleOptions>): Promise<DoctorReport> => {
    const other = await startModuleHost(database.url, { storage: folder.url, ...options });
    try {
      return await other.backups.examine();
    } finally {
      await other.app.close();
    }
  };

  it('finds nothing but a missing backup at first, nothing with one, and leaves nothing behind', async () => {
    const first = await host.backups.examine();
    expect(first.status).toBe('error');
    expect(findings(first)).toEqual([
      'server ok',
      'clock ok',
      'backup ok',
      'storage ok',
      'space ok',
      'keys ok',
      'restore ok',
      'schedules ok',
      'alerts error',
    ]);
    expect(await folder.files()).toEqual([]);

    const id = await host.backUp();
    const files = await folder.files();
    const report = await host.backups.examine();
    expect(report.status).toBe('ok');
    expect(report.lines.find(({ check }) => check === 'restore')?.message).toBe(
      `Backup ${String(id)} could be restored, as far as can be known beforehand.`,
    );
    expect(findings(report)).toContain('results ok');
    expect(await folder.files()).toEqual(files);
  });

  it('says which privileges an account lacks, with the statements that give them', async () => {
    const user = `doctor_${randomBytes(4).toString('hex')}`;
    const password = randomBytes(8).toString('hex');
    const { hostname, port } = new URL(testServerUrl());
    await host.backUp();
    await database.query(`CREATE USER '${user}'@'%' IDENTIFIED BY '${password}'`);
    try {
      await database.query(`GRANT SELECT, TRIGGER, EVENT, SHOW VIEW ON ${database.name}.* TO '${user}'@'%'`);
      await database.query(`GRANT SELECT ON mysql.proc TO '${user}'@'%'`);
      const connection = { host: hostname, port: Number(port), user, password };
      const { lines } = await examineWith({ connection });
      expect(lines.find(({ check }) => check === 'backup')).toMatchObject({
        status: 'warning',
        cure: expect.stringContaining(`GRANT RELOAD ON *.* TO \`${user}\`@\`%\``),
      });
      expect(lines.find(({ check }) => check === 'restore')).toMatchObject({
        status: 'error',
        message: expect.stringContaining('GRANT'),
      });
      expect(JSON.stringify(lines)).not.toContain(password);
    } finally {
      await database.query(`DROP USER '${user}'@'%'`);
    }
  });

  it('says so when the server does not answer, and goes on', async () => {
    const report = await examineWith({ connection: { host: '127.0.0.1', port: 1, user: 'nobody' } });
    expect(report.lines[0]).toMatchObject({ check: 'server', status: 'error' });
    expect(findings(report)).toContain('storage ok');
  });

  it('says so when the storage is gone, once', async () => {
    await rename(folder.path, `${folder.path}-away`);
    try {
      const lines = (await host.backups.examine()).lines.filter(({ message }) => message.includes(folder.url));
      expect(lines.filter(({ check }) => check !== 'restore')).toMatchObject([{ check: 'storage', status: 'error' }]);
    } finally {
      await rename(`${folder.path}-away`, folder.path);
    }
  });

  it('notices a key that does not exist, and identities that do not open the backups', async () => {
    const unknown = await examineWith({ encryption: { key: 'nowhere' } });
    expect(unknown.lines.find(({ check }) => check === 'keys')).toMatchObject({ status: 'error' });

    const { identity } = await host.backups.generateKey('vault');
    const other = await host.backups.generateKey('other');
    await host.backUp({ key: 'vault' });
    const without = await host.backups.examine();
    expect(without.lines.find(({ check }) => check === 'keys')).toMatchObject({ status: 'ok' });
    const wrong = await examineWith({ encryption: { identities: () => other.identity.identity } });
    expect(wrong.lines.find(({ check }) => check === 'keys')).toMatchObject({ status: 'error' });
    const right = await examineWith({ encryption: { identities: () => identity.identity } });
    expect(right.lines.find(({ check }) => check === 'keys')).toMatchObject({ status: 'ok' });
  });

  it('notices that nobody carries schedules out', async () => {
    const { id, nextRunAt } = await host.backups.createSchedule({
      name: 'nightly',
      cronExpression: '0 2 * * *',
      backupType: 'database',
    });
    const inTime = await host.backups.examine(new Date(Number(nextRunAt) + 60_000));
    expect(inTime.lines.filter(({ check }) => check === 'schedules')).toMatchObject([{ status: 'ok' }]);
    const late = await host.backups.examine(new Date(Number(nextRunAt) + 3_600_000));
    expect(late.lines.filter(({ check }) => check === 'schedules')).toMatchObject([
      { status: 'ok' },
      { status: 'warning', message: expect.stringMatching(/^A run has been due since .* 02:00:00 UTC, and nobody/) },
    ]);
    await host.backups.deleteSchedule(id);
  });

  it.each([
    [0, 'ok'],
    [5_000, 'warning'],
    [-5_000, 'warning'],
    [90_000, 'error'],
  ])('takes a clock that is %d ms apart for %s', async (apart, status) => {
    const { hostname, port, username, password } = new URL(testServerUrl());
    const connection = await ServerConnection.open({ host: hostname, port: Number(port), user: username, password });
    try {
      expect(await examineClock(connection, () => Date.now() + apart)).toMatchObject({ status });
    } finally {
      await connection.end();
    }
  });
});
