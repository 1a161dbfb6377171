import { createHmac } from 'node:crypto';
import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import {
  BackupHistoryRepository,
  BackupNotificationRepository,
  BackupScheduleRepository,
  type BackupModuleOptions,
  type MailOptions,
} from '@app/backup';
import { resolveOptions } from '../../libs/backup/src/backup.options.js';
import { BackupNotifier } from '../../libs/backup/src/notifications/backup-notifier.js';
import { startMailServer, type MailServer } from '../support/mail-server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from './module-host.js';

const QUIET = { maxAgeHours: null, maxStorageUsed: null };
const SECRET_BYTES = Buffer.alloc(32, 7);
const SECRET = `whsec_${SECRET_BYTES.toString('base64')}`;
const NOWHERE = { databases: ['no_such_database'] };

describe('Notifications', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let mailServer: MailServer;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    mailServer = await startMailServer();
    await database.query('CREATE TABLE orders (id INT PRIMARY KEY)');
  });

  afterAll(async () => {
    await mailServer.close();
    await folder.remove();
    await database.drop();
  });

  beforeEach(() => {
    mailServer.mails.length = 0;
  });

  const mail = (more: Partial<MailOptions> = {}): MailOptions => ({
    transport: mailServer.url,
    from: 'Backups <backup@example.org>',
    to: 'ops@example.org',
    repeatAfter: 0,
    ...more,
  });

  /** Does something in an application, which is closed then: it sends what is to be sent before it ends. */
  const inHost = async (
    options: Partial<BackupModuleOptions>,
    work: (host: ModuleHost) => Promise<unknown>,
  ): Promise<void> => {
    const host = await startModuleHost(database.url, { storage: folder.url, alerts: QUIET, ...options });
    try {
      await work(host);
    } finally {
      await host.app.close();
    }
  };

  const subjects = (): string[] => mailServer.mails.map(({ subject }) => subject);

  const warnings = async (backupid?: string | null): Promise<string[]> => {
    const rows = await database.query('SELECT backupid, message FROM backup_logs WHERE loglevel = 30 ORDER BY id');
    return rows.filter((row) => backupid === undefined || row.backupid === backupid).map((row) => String(row.message));
  };

  it('tell by mail of a backup that failed, of the first that succeeds again, and of no other', async () => {
    await inHost({ notifications: { mail: mail() } }, async ({ backUp }) => {
      await backUp();
      await expect(backUp(NOWHERE)).rejects.toThrow();
      await backUp();
      await backUp();
    });
    expect(mailServer.mails).toHaveLength(2);
    const [failed, again] = mailServer.mails;
    expect(failed).toMatchObject({ from: 'backup@example.org', to: ['ops@example.org'] });
    expect(failed.subject).toMatch(new RegExp(`^Backups of ${database.name}: Backup \\d+ \\(database\\) failed$`));
    expect(failed.source).toContain('Content-Type: text/plain');
    expect(failed.source).toContain('Content-Type: text/html');
    expect(failed.source).toContain('There is no database "no_such_database"');
    expect(again.subject).toMatch(/Backup \d+ \(database\) succeeded again$/);
  });

  it('mail of one of many failures, and of the others when some time is over', async () => {
    await database.query('DELETE FROM backup_notification');
    const held = async (): Promise<number> => {
      const states =
        "SELECT JSON_VALUE(state, '$.held') AS held FROM backup_notification WHERE name LIKE 'failures of %'";
      return Number((await database.query(states)).at(0)?.held ?? 0);
    };
    await inHost({ notifications: { mail: mail({ repeatAfter: 60 }) } }, async ({ app, backUp }) => {
      for (let count = 0; count < 3; count++) await expect(backUp(NOWHERE)).rejects.toThrow();
      while ((await held()) < 2) await database.query('SELECT SLEEP(0.05)');
      await app.get(BackupNotifier).check(new Date());
      expect(await held()).toBe(2);
      await app.get(BackupNotifier).check(new Date(Date.now() + 3_600_000));
      await backUp();
    });

    expect(subjects()).toEqual([
      expect.stringMatching(/Backup \d+ \(database\) failed$/),
      expect.stringMatching(/Backup \d+ \(database\) failed$/),
      expect.stringMatching(/Backup \d+ \(database\) succeeded again$/),
    ]);
    const [first, later] = mailServer.mails.map(({ source }) => source);
    expect(first).not.toContain('of its kind');
    expect(later).toContain('Another one of its kind has failed since the mail before.');
  });

  it('tell also whom the schedule of the backup names, unless that is no address', async () => {
    await inHost({ notifications: { mail: mail({ to: [] }) } }, async ({ app, backups }) => {
      const schedules = app.get(BackupScheduleRepository);
      const history = app.get(BackupHistoryRepository);
      const schedule = {
        name: 'nightly\r\nBcc: all@example.org',
        backupType: 'database',
        cronExpression: '@daily',
      } as const;
      for (const notificationEmail of ['night@example.org', 'x@example.org\r\nBcc: all@example.org', null]) {
        const scheduleId = await schedules.insert({ ...schedule, isActive: false, notificationEmail });
        const name = `20260101T000000Z-database-00000${String(scheduleId)}`;
        const historyId = await history.insert({
          backupType: 'database',
          backupName: name,
          filePath: name,
          status: 'completed',
          scheduleId,
        });
        await expect(backups.verifyBackup(historyId, 'quick')).rejects.toThrow();
      }
    });
    expect(mailServer.mails.map(({ to }) => to)).toEqual([['night@example.org']]);
    expect(subjects()[0]).toContain('Verification of Backup');
    expect(mailServer.mails[0].source).not.toContain('all@example.org');
    await database.query("UPDATE backup_history SET status = 'deleted' WHERE schedule_id IS NOT NULL");
  });

  it('tell of what is wrong with the backups once, however often it is looked at and by how many', async () => {
    const options = { alerts: { ...QUIET, maxAgeHoursByType: { full: 1 } }, notifications: { mail: mail() } };
    await inHost(options, async ({ backUp }) => {
      await backUp();
      await backUp();
    });
    await inHost(options, ({ backUp }) => backUp());
    expect(subjects()).toEqual([
      `Backups of ${database.name}: There is no good backup of type full from the last 1 hours.`,
    ]);
    expect(mailServer.mails[0].source).toContain('Make one with backup:create --type=full');
  });

  it('send a digest when a new day or week has begun', async () => {
    const options = { notifications: { mail: mail({ digest: 'weekly' as const }) } };
    await inHost(options, ({ backUp }) => backUp());
    expect(subjects()).toEqual([]);
    await inHost(options, async ({ app, backUp }) => {
      await app.get(BackupNotificationRepository).change('digest', '2026-W01');
      await backUp();
      await backUp();
    });
    expect(subjects()).toEqual([`Backups of ${database.name}: backups are well`]);
    expect(mailServer.mails[0].source).toMatch(/database +backup \d+ of /);
    expect(mailServer.mails[0].source).toContain('Nothing is wrong with the backups.');
  });

  it('that cannot be sent are a warning in the log of the operation, without the password', async () => {
    const wrong = mailServer.url.replace(encodeURIComponent(mailServer.password), 'hunter2hunter2');
    const notifications = { mail: mail({ transport: wrong }), retryAfter: [0] };
    let backupid: string | null = null;
    await inHost({ notifications }, async ({ backups, backUp }) => {
      await expect(backUp(NOWHERE)).rejects.toMatchObject({ code: 'unknown_database' });
      [{ backupid }] = await backups.listBackups({ status: 'failed', limit: 1 });
    });
    expect(subjects()).toEqual([]);
    expect(await warnings(backupid)).toEqual([
      expect.stringMatching(/^The mail ".* failed" was not sent: .*wrong password/),
    ]);
    expect((await warnings()).join()).not.toContain('hunter2');
  });

  it('that could not be sent are sent by whoever looks next, in this process or another', async () => {
    await database.query('DELETE FROM backup_notification');
    const wrong = mailServer.url.replace(encodeURIComponent(mailServer.password), 'wrong');
    const failing = { notifications: { mail: mail({ transport: wrong, repeatAfter: 60 }), retryAfter: [] } };
    await inHost(failing, async ({ backUp }) => {
      await expect(backUp(NOWHERE)).rejects.toThrow();
    });
    await inHost({ notifications: { mail: mail({ repeatAfter: 60 }) } }, ({ app }) =>
      app.get(BackupNotifier).check(new Date()),
    );
    expect(subjects()).toEqual([expect.stringMatching(/Backup \d+ \(database\) failed$/)]);

    await inHost(failing, ({ backUp }) => backUp());
    await inHost({ notifications: { mail: mail() } }, ({ backUp }) => backUp());
    expect(subjects()).toContainEqual(expect.stringMatching(/succeeded again$/));
  });

  describe('where the mail server hangs', () => {
    let hanging: Server;
    const sockets: Socket[] = [];

    beforeAll(async () => {
      hanging = createServer((socket) => sockets.push(socket));
      await new Promise<void>((listening) => hanging.listen(0, '127.0.0.1', listening));
    });

    afterAll(async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((closed) => hanging.close(closed));
    });

    it('neither fail nor delay a backup, nor keep the application from ending', async () => {
      const { port } = hanging.address() as AddressInfo;
      const transport = `smtp://127.0.0.1:${String(port)}`;
      const notifications = { mail: mail({ transport }), timeLimit: 0.2, retryAfter: [3600] };
      const connected = new Promise((resolve) => hanging.once('connection', resolve));
      let id = 0;
      await inHost({ notifications }, async ({ backups, backUp }) => {
        await expect(backUp(NOWHERE)).rejects.toThrow();
        await connected;
        id = await backUp();
        expect((await backups.getBackup(id)).status).toBe('completed');
      });
      expect(await warnings()).toContainEqual(
        expect.stringMatching(/failed" was not sent: .*(?:shut down|longer than|timeout)/i),
      );
    });
  });

  it('post signed events, in order, but no progress', async () => {
    const posts: { headers: IncomingHttpHeaders; body: string }[] = [];
    const receiver = createHttpServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        posts.push({ headers: request.headers, body });
        response.end();
      });
    });
    await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
    try {
      const url = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/hook`;
      const webhook = { url, secret: () => SECRET, allowPrivateAddresses: true };
      let id = 0;
      await inHost({ notifications: { webhook } }, async ({ backUp }) => {
        id = await backUp();
      });
      const types = posts.map(({ body }) => (JSON.parse(body) as { type: string }).type);
      expect(types.sort()).toEqual(['backup.completed', 'backup.started']);
      const { headers, body } = posts.find((post) => post.body.includes('backup.completed')) ?? posts[0];
      expect(JSON.parse(body)).toMatchObject({ type: 'backup.completed', data: { id, backupType: 'database' } });
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
      expect(headers['webhook-signature']).toBe(
        `v1,${createHmac('sha256', SECRET_BYTES).update(signed).digest('base64')}`,
      );
      expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60);
    } finally {
      receiver.close();
    }
  });

  it('go to no private address unless that is allowed, and say so', async () => {
    const webhook = { url: 'https://127.0.0.1:9/hook', secret: SECRET };
    await inHost({ notifications: { webhook } }, ({ backUp }) => backUp());
    expect(await warnings()).toContainEqual(
      'The webhook of backup.completed was not taken: host 127.0.0.1 has the address 127.0.0.1, which is not public: set allowPrivateAddresses to call it.',
    );
    expect((await warnings()).join()).not.toContain(SECRET);
  });

  it.each([
    [{ mail: { transport: 'http://mail', from: 'a@b.c' } }, 'notifications.mail.transport'],
    [{ mail: { transport: 'smtp://mail', from: 'a@b.c\r\nBcc: x@y.z' } }, 'notifications.mail.from'],
    [{ mail: { transport: 'smtp://mail', from: 'a@b.c', to: 'x@y.z, more@y.z' } }, 'notifications.mail.to'],
    [{ webhook: { url: 'http://hooks.example.org', secret: SECRET } }, 'url must begin with https://'],
    [{ webhook: { url: 'https://u:p@hooks.example.org', secret: SECRET } }, 'url must not hold an account'],
    [{ webhook: { url: 'https://a.example.org', secret: SECRET, allowedHosts: ['b.example.org'] } }, 'allowedHosts'],
    [{ webhook: { url: 'https://a.example.org', secret: 'too simple' } }, 'must be whsec_'],
    [{ webhook: { url: 'ftp://a.example.org', secret: SECRET } }, 'notifications.webhook.url'],
  ])('refuse the options %j', (notifications, problem) => {
    expect(() => resolveOptions({ storage: folder.url, notifications })).toThrow(problem);
  });
});
