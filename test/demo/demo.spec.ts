import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testServerUrl } from '../support/test-server.js';

const DEMO = fileURLToPath(new URL('../../scripts/demo.js', import.meta.url));

jest.setTimeout(180_000);

describe('npm run demo', () => {
  let server: TestDatabase;
  let folder: string;

  beforeAll(async () => {
    server = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'nestjs-backup-demo-test-'));
  });

  afterAll(async () => {
    await server.drop();
    await rm(folder, { recursive: true });
  });

  it('backs database and uploads up, loses both, restores them from an encrypted incremental, and leaves nothing', async () => {
    const demo = startDemo(folder, '--rows=2000');
    const { exitCode, output } = await demo.ended;

    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.any(String) });
    expect(output).toContain('$ host backup:create --type=full --key=demo\n');
    expect(output).toMatch(/^Backup 1 completed: \S+-full-/m);
    expect(output).toMatch(/^Backup 2 completed: \S+-incremental-/m);
    expect(output).toMatch(/^ 2 {2}\S+ \S+ {2}incremental on 1 {2}completed {2}.* yes +yes /m);
    expect(output).toMatch(/^SQL> DROP DATABASE /m);
    expect(output).toMatch(/^Imported 2 backups \(1, 2\)\.$/m);
    expect(output).toMatch(/^uploads +305 +0 +0 +0 {2}\S+\/uploads$/m);
    expect(output).toMatch(/^Restore 1 completed: 14 tables of \S+ and the files of uploads\./m);
    expect(output.match(/^[a-z_]+ +[\d,]+ +\d+ {2}[0-9a-f]{12}\.\.\. {2}identical$/gm)).toHaveLength(14);
    expect(output).toMatch(/^4 of 4 views, triggers, routines and events are identical\.$/m);
    expect(output).toMatch(/^305 of 305 files have the same bytes, permissions and times\.$/m);
    // the migrations have a row each
    expect(output).toMatch(/^Rows +2,0\d\d in 14 tables$/m);
    expect(output).toMatch(/^Stored, incremental {2}\d+\.\d MiB of \d+\.\d MiB \(\d+\.\d:1\), encrypted$/m);
    expect(output).toMatch(/^Restore +\d+\.\d s$/m);
    expect(output).toMatch(
      /^IDENTICAL: 14 tables, 2,0\d\d rows, 305 files, every checksum and definition as before\.$/m,
    );
    expect(output).not.toContain('\u001b');
    await expectNothingLeft(output);
  });

  it.each([
    ['fills the database', '$ host demo:fill', 'users\n'],
    ['has a backup', '$ host backup:list', 'VERIFIED'],
    ['restores', '$ host backup:restore', ' --yes\n'],
  ])('ends with 130 and leaves nothing when Ctrl-C comes while it %s', async (_when, command, sign) => {
    const demo = startDemo(folder, '--rows=20000');
    await demo.shows(new RegExp(`${command.replace('$', '\\$')}[^$]*${sign}`));
    demo.interrupt();
    const { exitCode, output } = await demo.ended;

    expect({ exitCode, end: output.slice(-11) }).toEqual({ exitCode: 130, end: 'Cancelled.\n' });
    await expectNothingLeft(output);
  });

  it('refuses an option that it does not know, in one line', async () => {
    const { exitCode, output } = await startDemo(folder, '--row=5').ended;

    expect(exitCode).toBe(1);
    expect(output).toBe('Usage: npm run demo -- [--rows=N], with N from 1000; 150000 unless given.\n');
  });

  /** Neither its database, one derived from it, nor a temporary file. */
  async function expectNothingLeft(output: string): Promise<void> {
    const [, name] = /^Database {2}(backup_demo_[0-9a-f]{8}),/m.exec(output) ?? [];
    expect(name).toBeDefined();
    const databases = await server.query('SHOW DATABASES');
    expect(databases.map(({ Database }) => String(Database)).filter((found) => found.startsWith(name))).toEqual([]);
    // Node keeps compiled code there, too.
    expect((await readdir(folder)).filter((file) => file.startsWith('nestjs-backup'))).toEqual([]);
  }
});

interface RunningDemo {
  readonly ended: Promise<{ readonly exitCode: number | null; readonly output: string }>;
  /** Resolves as soon as the output matches. */
  shows(pattern: RegExp): Promise<void>;
  /** What Ctrl-C does: a signal for every process of the terminal's group. */
  interrupt(): void;
}

function startDemo(temporaryFolder: string, ...options: string[]): RunningDemo {
  const child = spawn(process.execPath, [DEMO, ...options], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: temporaryFolder, DATABASE_URL: testServerUrl() },
  });
  let output = '';
  const add = (text: string): void => {
    output += text;
    child.emit('output');
  };
  child.stdout.setEncoding('utf8').on('data', add);
  child.stderr.setEncoding('utf8').on('data', add);
  return {
    ended: endOf(child).then((exitCode) => ({ exitCode, output })),
    shows: (pattern) => outputMatches(child, () => pattern.test(output)),
    interrupt: () => process.kill(-Number(child.pid), 'SIGINT'),
  };
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}

function outputMatches(child: ChildProcess, isThere: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (isThere()) resolve();
    };
    look();
    child.on('output', look);
    child.on('close', () => {
      reject(new Error('The demo ended before it showed that.'));
    });
  });
}
