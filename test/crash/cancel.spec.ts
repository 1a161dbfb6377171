import { createBackupApp } from '../support/bad-input-app.js';
import type { Lines } from '../support/crash-fingerprint.js';
import { runHost, startHost, type EndedRun } from '../support/crash-host.js';
import { CREATE_COMMAND, restoreCommand } from '../support/crash-moments.js';
import { newestOperation, reached, type Landmark } from '../support/crash-probe.js';
import { applicationStatements } from '../support/crash-schema.js';
import { createBackup, createCrashSite, leftovers, type CrashSite } from '../support/crash-site.js';

const SLOW_CREATE = ['backup:create', '--type=database', '--threads=1', '--compression=zstd:19'];
/** Milliseconds: one or two thousand on a machine that does nothing else. */
const ENDS_WITHIN = 5000;
/** What is said of an operation that was cancelled. */
const CANCELLED = /^Operation [0-9a-f]{32} was cancelled\.\n$/;
/** Slow enough that nothing is done before it is cancelled. */
const MEGABYTES = 16;

// a machine that is busy with other things
jest.setTimeout(60_000);

describe('an operation that is cancelled', () => {
  let site: CrashSite;
  let backup: number;
  let before: Lines;

  beforeAll(async () => {
    site = await createCrashSite(applicationStatements(MEGABYTES));
    ({ id: backup } = await createBackup(site));
    await site.query("INSERT INTO audit (what) VALUES ('later')");
    before = await site.lines();
  });

  afterAll(() => site.remove());

  /** Starts a command, acts when it has come to a landmark, and waits for its end. */
  async function interrupt(
    command: readonly string[],
    landmark: Landmark,
    act: (signal: (name: NodeJS.Signals) => void) => Promise<void> | void,
  ): Promise<EndedRun & { readonly milliseconds: number }> {
    const known = await newestOperation(site);
    const host = startHost(site.environment, command);
    expect(await reached(site, landmark, known, host.hasEnded)).toBe(true);
    const startedAt = performance.now();
    await act(host.signal);
    const ended = await host.ended;
    return { ...ended, milliseconds: performance.now() - startedAt };
  }

  /** The states that the newest rows of the catalog have. */
  async function recorded(): Promise<Record<string, unknown>> {
    const [row] = await site.query(
      `SELECT (SELECT status FROM backup_controllers ORDER BY id DESC LIMIT 1) AS operation,
              (SELECT status FROM backup_history ORDER BY id DESC LIMIT 1) AS backup,
              (SELECT status FROM backup_restore_log ORDER BY id DESC LIMIT 1) AS restore`,
    );
    return row;
  }

  async function expectNothingLeft(): Promise<void> {
    expect(await leftovers(site)).toEqual([]);
    expect(await site.lines()).toEqual(before);
  }

  describe.each<[string, (signal: (name: NodeJS.Signals) => void) => void]>([
    ['Ctrl-C', (signal) => signal('SIGINT')],
    [
      'Ctrl-C that npm passes on a second time',
      (signal) => {
        signal('SIGINT');
        setImmediate(signal, 'SIGINT');
      },
    ],
    ['SIGTERM', (signal) => signal('SIGTERM')],
  ])('by %s', (_how, send) => {
    it('ends a backup at once with 130, one line and no half set', async () => {
      const { exitCode, stdout, stderr, milliseconds } = await interrupt(CREATE_COMMAND, 'executing', send);
      expect({ exitCode, stdout, stderr }).toEqual({
        exitCode: 130,
        stdout: '',
        stderr: expect.stringMatching(CANCELLED),
      });
      expect(milliseconds).toBeLessThan(ENDS_WITHIN);
      expect(await recorded()).toMatchObject({ operation: 900, backup: 'failed' });
      await expectNothingLeft();
    });

    it('ends a restore that is staging at once with 130, one line and no staging schema', async () => {
      const { exitCode, stdout, stderr, milliseconds } = await interrupt(restoreCommand(backup), 'staging', send);
      expect({ exitCode, stdout, stderr }).toEqual({
        exitCode: 130,
        stdout: '',
        stderr: expect.stringMatching(CANCELLED),
      });
      expect(milliseconds).toBeLessThan(ENDS_WITHIN);
      expect(await recorded()).toMatchObject({ operation: 900, restore: 'failed' });
      await expectNothingLeft();
    });
  });

  describe('by SIGTERM to the server that carries it out', () => {
    const slowly = [
      '--yes',
      '--set=threads=1',
      '--set=maxRate=0.5',
      `--at=${new Date(Date.now() - 10_000).toISOString().slice(0, 19)}Z`,
    ];

    it.each([
      ['a backup', ['--operation=backup', '--type=database'], 'executing'],
      ['a restore', () => ['--operation=restore', `--backup=${String(backup)}`], 'staging'],
    ] as const)('takes %s back when its time of grace is over, and leaves nothing', async (_kind, order, landmark) => {
      const words = typeof order === 'function' ? order() : order;
      const known = await newestOperation(site);
      const prepared = await runHost(site.environment, 'backup:operation', 'prepare', ...words, ...slowly);
      expect(prepared).toMatchObject({ exitCode: 0, stderr: '' });
      const variables = { PORT: '0', SHUTDOWN_GRACE_SECONDS: '0.1' };
      const server = startHost({ ...site.environment, variables }, ['serve']);
      expect(await reached(site, landmark, known, server.hasEnded)).toBe(true);
      const startedAt = performance.now();
      server.signal('SIGTERM');
      await server.ended;
      expect(performance.now() - startedAt).toBeLessThan(ENDS_WITHIN);
      const [{ message }] = await site.query(
        'SELECT message FROM backup_logs WHERE loglevel = 20 ORDER BY id DESC LIMIT 1',
      );
      expect(message).toBe('The application is shutting down.');
      expect(await recorded()).toMatchObject({ operation: 900 });
      await expectNothingLeft();
    });
  });

  describe('by another process', () => {
    it.each([
      // it hears of it with its next heartbeat, and compresses each statement for most of a second while ten more have come
      ['backup', () => SLOW_CREATE, 'reading rows'],
      ['restore', () => restoreCommand(backup), 'staging'],
    ] as const)(
      'ends a %s within seconds with 130, and everybody says that it was cancelled',
      async (kind, command, landmark) => {
        const { databaseUrl: url, storageFolder } = site.environment;
        const app = await createBackupApp({ url, storageFolder });
        try {
          let backupid = '';
          let cancelled = { status: 900, errorCode: 'cancelled', error: '' };
          const { exitCode, stderr, milliseconds } = await interrupt(command(), landmark, async () => {
            backupid = (await app.backups.listOperations({ limit: 1 }))[0].backupid;
            cancelled = { ...cancelled, error: `Operation ${backupid} was cancelled.` };
            expect(await app.backups.cancelOperation(backupid)).toBe(true);
            expect(await app.backups.getOperationDetails(backupid)).toMatchObject(cancelled);
          });
          expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: `${cancelled.error}\n` });
          expect(milliseconds).toBeLessThan(ENDS_WITHIN);
          expect(await app.backups.getOperationDetails(backupid)).toMatchObject(cancelled);
          const table = kind === 'backup' ? 'backup_history' : 'backup_restore_log';
          expect(await site.query(`SELECT error_message FROM ${table} WHERE backupid = ?`, [backupid])).toEqual([
            { error_message: cancelled.error },
          ]);
          const messages = (await app.backups.getOperationLog(backupid)).map(({ message }) => message);
          expect(messages).toContain('It was cancelled by another process');
          expect(messages.at(-1)).toBe(cancelled.error);
        } finally {
          await app.close();
        }
        expect(await recorded()).toMatchObject({ operation: 900 });
        await expectNothingLeft();
      },
    );

    it('leaves nothing to clean up for the next command', async () => {
      expect(await runHost(site.environment, 'backup:list', '--json')).toMatchObject({ exitCode: 0, stderr: '' });
    });

    it('is cleaned up by the next command when the process dies before it has heard of it', async () => {
      const { exitCode } = await interrupt(CREATE_COMMAND, 'executing', async (signal) => {
        signal('SIGKILL');
        // as `cancelOperation` does
        await site.query('UPDATE backup_controllers SET status = 900 ORDER BY id DESC LIMIT 1');
      });
      expect(exitCode).toBe(137);
      const { stderr } = await runHost(site.environment, 'backup:list', '--json');
      expect(stderr).toContain('had been interrupted: its unfinished objects were removed');
      await expectNothingLeft();
    });
  });
});
