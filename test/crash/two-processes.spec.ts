import { setTimeout as delay } from 'node:timers/promises';
import type { Lines } from '../support/crash-fingerprint.js';
import { runHost, startHost } from '../support/crash-host.js';
import { CREATE_COMMAND, restoreCommand } from '../support/crash-moments.js';
import { newestOperation, reached } from '../support/crash-probe.js';
import { applicationStatements } from '../support/crash-schema.js';
import { createBackup, createCrashSite, leftovers, type CrashSite } from '../support/crash-site.js';

/** Takes seconds, which other processes can use. */
const SLOW_CREATE = ['backup:create', '--type=database', '--threads=1', '--compression=zstd:19'];
const MEGABYTES = 12;

// a machine that is busy with other things
jest.setTimeout(60_000);

describe('two processes', () => {
  let site: CrashSite;
  let backup: number;
  let before: Lines;

  beforeAll(async () => {
    site = await createCrashSite(applicationStatements(MEGABYTES));
    ({ id: backup } = await createBackup(site));
    before = await site.lines();
  });

  afterAll(() => site.remove());

  const list = ['backup:list', '--json'];

  async function startedBackup(command: readonly string[]): Promise<ReturnType<typeof startHost>> {
    const known = await newestOperation(site);
    const host = startHost(site.environment, command);
    expect(await reached(site, 'executing', known, host.hasEnded)).toBe(true);
    return host;
  }

  /** Seconds since the newest operation gave a sign of life. */
  async function silence(): Promise<number> {
    const [{ age }] = await site.query(
      'SELECT UNIX_TIMESTAMP() - updated_at AS age FROM backup_controllers ORDER BY id DESC LIMIT 1',
    );
    return Number(age);
  }

  it('do not disturb each other: a living operation is not taken for a dead one', async () => {
    const host = await startedBackup(SLOW_CREATE);
    const { exitCode, stdout, stderr } = await runHost(site.environment, ...list);
    expect(host.hasEnded()).toBe(false);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject([{ status: 'running' }, { status: 'completed' }]);
    expect(await host.ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await leftovers(site)).toEqual([]);
  });

  it('leave alone a living operation that has given a sign of life again', async () => {
    const host = await startedBackup(SLOW_CREATE);
    await site.query('UPDATE backup_controllers SET updated_at = updated_at - 3600 ORDER BY id DESC LIMIT 1');
    while ((await silence()) > 60) await delay(50);
    expect(host.hasEnded()).toBe(false);
    expect(await runHost(site.environment, ...list)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await host.ended).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it.each([
    ['restore', () => restoreCommand(backup)],
    ['backup', () => CREATE_COMMAND],
  ])('cannot back up a database and start a %s of it at once', async (_kind, command) => {
    const host = await startedBackup(SLOW_CREATE);
    const second = await runHost(site.environment, ...command());
    expect(host.hasEnded()).toBe(false);
    expect(second).toEqual({
      exitCode: 5,
      stdout: '',
      stderr: `Another backup or restore of database ${site.name} is running: wait for it, or cancel it, then try again.\n`,
    });
    expect(await host.ended).toMatchObject({ exitCode: 0 });
    expect(await site.lines()).toEqual(before);
    expect(await leftovers(site)).toEqual([]);
  });

  it('finish an operation whose process is gone at once, and only one of them does', async () => {
    const host = await startedBackup(CREATE_COMMAND);
    host.signal('SIGKILL');
    await host.ended;
    expect(await silence()).toBeLessThan(60);
    const ended = await Promise.all([1, 2, 3].map(() => runHost(site.environment, ...list)));
    expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const notes = ended.flatMap(({ stderr }) => stderr.match(/had been interrupted/g) ?? []);
    expect(notes).toHaveLength(1);
    expect(await leftovers(site)).toEqual([]);
    expect(await site.lines()).toEqual(before);
  });
});
