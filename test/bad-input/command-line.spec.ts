import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { callHost, type HostRun } from '../cli/host-call.js';
import { temporaryFolder } from '../support/bad-input-site.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

// a machine that is busy with other things
jest.setTimeout(30_000);

describe('mistakes on the command line', () => {
  let database: TestDatabase;
  let storageFolder: string;
  let storage: string;

  beforeAll(async () => {
    database = await createTestDatabase('bad_input');
    storageFolder = await temporaryFolder();
    storage = pathToFileURL(storageFolder).href;
    // makes the tables of the host
    expect(await host(['backup:create', '--type=database', '--json'])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  afterAll(async () => {
    await database.drop();
    await rm(storageFolder, { recursive: true });
  });

  const settings = (): NodeJS.ProcessEnv => ({
    ...process.env,
    DATABASE_URL: database.url,
    BACKUP_STORAGE_URL: storage,
  });

  const host = (words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<HostRun> =>
    callHost(words, { ...settings(), ...environment });

  it.each<[string, readonly string[], number, string]>([
    ['an unknown command', ['frobnicate'], 2, "Unknown command 'frobnicate': see --help."],
    ['an unknown option', ['backup:list', '--frobnicate'], 2, "Unknown option '--frobnicate': see --help."],
    ['no type', ['backup:create'], 2, '--type is missing: for example backup:create --type=database.'],
    [
      'a type that nobody has heard of',
      ['backup:create', '--type=everything'],
      2,
      '"everything" is not a backup type: use full, database, files, incremental or configuration.',
    ],
    [
      'a type that does not exist yet',
      ['backup:create', '--type=course'],
      2,
      'Backups of type "course" are not supported by this release: use database, files, configuration, full or incremental.',
    ],
    [
      'an option without its value',
      ['backup:create', '--type'],
      2,
      "Option '--type <type>' argument missing: see --help.",
    ],
    ['a word for an id', ['backup:show', '--id=abc'], 2, '"abc" is not an id: use the number that backup:list shows.'],
    ['a negative id', ['backup:show', '--id=-1'], 2, '"-1" is not an id: use the number that backup:list shows.'],
    ['no id', ['backup:restore', '--yes'], 2, '--id is missing: for example backup:restore --id=12 --yes.'],
    ['an id as a bare word', ['backup:show', '1'], 2, 'Unexpected argument "1": see --help.'],
    [
      'an unknown compression',
      ['backup:create', '--type=database', '--compression=zip'],
      2,
      '"zip" is not a compression: use zstd:1 to zstd:19, gzip:1 to gzip:9, or none.',
    ],
    [
      'a thousand threads',
      ['backup:create', '--type=database', '--threads=1000'],
      2,
      '1000 is not a number of threads: use 1 to 64.',
    ],
    [
      'an unknown level',
      ['backup:verify', '--id=1', '--level=deep'],
      2,
      '"deep" is not a verification level: use quick, full or drill.',
    ],
    ['an id that there is none of', ['backup:show', '--id=4711'], 3, 'There is no backup 4711: see backup:list.'],
  ])(
    '%s: one line, and the exit code says which kind of mistake',
    async (_mistake, commandArguments, exitCode, line) => {
      expect(await host(commandArguments)).toEqual({ exitCode, stdout: '', stderr: `${line}\n` });
    },
  );

  it('an unknown database is not found, and the list and backup:doctor say so', async () => {
    const { host: name, username } = new URL(database.url);
    expect(await host(['backup:create', '--type=database', '--database=no_such_shop'])).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: `There is no database "no_such_shop" on ${username}@${name}, or this account may not see it: check its name, or grant SELECT on it.\n`,
    });
    const reason = 'There is no database "no_such_shop" on ';
    const list = await host(['backup:list']);
    expect(list.stdout).toMatch(new RegExp(`^Backup \\d+ failed: ${reason}`, 'm'));
    const doctor = await host(['backup:doctor']);
    expect(doctor.stdout).toContain(`UTC, failed: ${reason}`);
  });

  it('a restore without --yes in a pipe does nothing and says how to go on', async () => {
    const [{ backup_name: set }] = await database.query('SELECT backup_name FROM backup_history WHERE id = 1');
    const { exitCode, stdout, stderr } = await host(['backup:restore', '--id=1']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(
        `^This replaces \\d+ tables of ${database.name} \\(activities, .* and \\d+ more\\) with those of ${String(set)}\\. Made again: .* Nothing was done: add --yes to go on\\.\\n$`,
      ),
    );
    expect(await database.query('SELECT * FROM backup_restore_log')).toEqual([]);
  });

  it('a deletion without --yes in a pipe deletes nothing', async () => {
    const { exitCode, stdout, stderr } = await host(['backup:delete', '--id=1']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(
      /^This deletes backup 1 \(\S+, [\d.]+ KiB\) for good\. Nothing was done: add --yes to go on\.\n$/,
    );
    expect(await database.query("SELECT id FROM backup_history WHERE status = 'completed'")).toEqual([{ id: 1 }]);
  });

  it('a wrong password is not repeated', async () => {
    const url = new URL(database.url);
    url.password = 'guess';
    expect(await host(['backup:list'], { DATABASE_URL: url.href })).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `The database at ${url.host}/${database.name} refuses this account. Correct the user or password in DATABASE_URL.\n`,
    });
  });

  it('a storage URL that is none', async () => {
    expect(await host(['backup:list'], { BACKUP_STORAGE_URL: '/var/backups' })).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'Cannot start: BACKUP_STORAGE_URL is not a URL.\n',
    });
  });

  it('a storage URL of an unknown kind', async () => {
    const { exitCode, stdout, stderr } = await host(['backup:list'], { BACKUP_STORAGE_URL: 's3://bucket/shop' });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      'The storage URL has the unknown kind "s3:": use file:///absolute/path of a folder that exists.',
    );
  });

  // Nest logs what keeps an application from starting, and Commander suggests on a second line
  it.each<[string, readonly string[], NodeJS.ProcessEnv, string]>([
    [
      'a storage URL of an unknown kind',
      ['backup:list'],
      { BACKUP_STORAGE_URL: 's3://bucket/shop' },
      'The storage URL has the unknown kind "s3:": use file:///absolute/path of a folder that exists.',
    ],
    ['a mistyped command', ['backup:craete'], {}, "Unknown command 'backup:craete': did you mean backup:create?"],
    ['a mistyped option', ['backup:create', '--tpye'], {}, "Unknown option '--tpye': did you mean --type?"],
  ])('%s takes no more than one line', async (_mistake, commandArguments, environment, line) => {
    expect(await host(commandArguments, environment)).toEqual({ exitCode: 2, stdout: '', stderr: `${line}\n` });
  });

  it('a storage folder that does not exist', async () => {
    const missing = `${storage}/not-mounted`;
    expect(await host(['backup:create', '--type=database'], { BACKUP_STORAGE_URL: missing })).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `The storage folder ${missing} does not exist: create it, mount it, or point the storage option at another one.\n`,
    });
  });

  it('a set that was damaged', async () => {
    const [{ backup_name: set }] = await database.query('SELECT backup_name FROM backup_history WHERE id = 1');
    await rm(join(storageFolder, String(set), 'README.txt'));
    expect(await host(['backup:verify', '--id=1'])).toEqual({
      exitCode: 4,
      stdout: '',
      stderr: `${String(set)} is damaged: object README.txt is missing; restore another backup and run backup:verify on the rest. No rows are lost: it can still be restored.\n`,
    });
  });
});
