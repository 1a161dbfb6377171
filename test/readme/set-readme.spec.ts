import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { findProgram } from '../../scripts/programs.js';
import { fingerprint, type Fingerprint } from '../support/fidelity-fingerprint.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { writeOptionFile } from '../support/stock-client.js';
import { createOddDatabases, type OddDatabases } from './odd-databases.js';

const execute = promisify(execFile);

const HOST = fileURLToPath(new URL('../../scripts/host.js', import.meta.url));

jest.setTimeout(120_000);

describe('README.txt of a backup set', () => {
  let host: TestDatabase;
  let databases: OddDatabases;
  let folder: string;
  let before: readonly Fingerprint[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nestjs-backup-readme-'));
    await mkdir(join(folder, 'storage'));
    await writeOptionFile(folder);
    host = await createTestDatabase();
    databases = await createOddDatabases(host.query, host.name);
    before = await fingerprints();
  });

  afterAll(async () => {
    await (databases as OddDatabases | undefined)?.drop();
    await host.drop();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['zstd:3', ['zstd', 'mariadb'], 'run as it says'],
    ['gzip:6', ['gzip', 'mariadb'], 'pasted'],
    ['none', ['cat', 'mariadb'], 'pasted'],
  ] as const)('brings back a set compressed with %s by %j alone, when it is %s', async (compression, programs, way) => {
    const set = await backUp(compression);
    await databases.drop();

    const text = await readFile(join(set, 'README.txt'), 'utf8');
    const shell = way === 'pasted' ? ['-c', commandsOf(text)] : runCommandOf(text);
    const { stdout, stderr } = await execute(way === 'pasted' ? '/bin/sh' : '/bin/bash', shell, {
      cwd: set,
      env: { HOME: folder, PATH: await folderOf(programs) },
    });

    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
    expect(await fingerprints()).toEqual(before);
  });

  it('ends with a failure when an object is missing', async () => {
    const set = await backUp('zstd:1');
    await databases.drop();
    const object = `database/${host.name}_other/schema-after.sql.zst`;
    await rm(join(set, object));

    const text = await readFile(join(set, 'README.txt'), 'utf8');
    const run = execute('/bin/bash', runCommandOf(text), {
      cwd: set,
      env: { HOME: folder, PATH: await folderOf(['zstd', 'mariadb']) },
    });

    await expect(run).rejects.toThrow(object);
  });

  function fingerprints(): Promise<Fingerprint[]> {
    return Promise.all(databases.names.map((name) => fingerprint(host.query, name)));
  }

  /** @returns the folder of the set */
  async function backUp(compression: string): Promise<string> {
    const { stdout } = await execute(
      process.execPath,
      [
        HOST,
        'backup:create',
        '--type=database',
        `--compression=${compression}`,
        ...databases.names.map((name) => `--database=${name}`),
        '--json',
      ],
      {
        env: {
          PATH: process.env.PATH,
          DATABASE_URL: host.url,
          BACKUP_STORAGE_URL: pathToFileURL(join(folder, 'storage')).href,
        },
      },
    );
    const { backupName } = JSON.parse(stdout) as { backupName: string };
    return join(folder, 'storage', backupName);
  }

  /** A PATH with these programs and no other. */
  async function folderOf(programs: readonly string[]): Promise<string> {
    const bin = await mkdtemp(join(folder, 'bin-'));
    for (const program of programs) await symlink(findProgram(program) ?? program, join(bin, program));
    return bin;
  }
});

/** What is to be pasted: all but the comments. */
function commandsOf(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
}

/** The arguments of the one `bash` command that the text gives. */
function runCommandOf(text: string): string[] {
  const command = /^# {3}bash (?<options>.*)$/m.exec(text)?.groups?.options;
  if (command === undefined) throw new Error('README.txt does not say how to run it.');
  return command.split(' ');
}
