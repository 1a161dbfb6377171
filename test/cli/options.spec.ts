import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createHostCli, hostCommand, runProgram, type HostCli } from './host-cli.js';

jest.setTimeout(180_000);

const FIXTURE = `
  CREATE TABLE orders (id INT PRIMARY KEY, item VARCHAR(200));
  CREATE TABLE prices (id INT PRIMARY KEY, price DECIMAL(9,2));
  INSERT INTO orders SELECT seq, CONCAT('item ', seq) FROM seq_1_to_1000;
  INSERT INTO prices VALUES (1, 9.99)`;

describe('Options on the command line', () => {
  let host: HostCli;
  let shop: TestDatabase;
  let blog: TestDatabase;

  beforeAll(async () => {
    host = await createHostCli();
    shop = await createTestDatabase();
    blog = await createTestDatabase();
    for (const { query } of [shop, blog]) await query(FIXTURE);
  });

  afterAll(async () => {
    await shop.drop();
    await blog.drop();
    await host.remove();
  });

  const checksum = async ({ query }: TestDatabase): Promise<unknown> => query('CHECKSUM TABLE orders, prices');

  const objectsOf = async (set: unknown): Promise<string[]> =>
    readdir(join(host.storage, String(set)), { recursive: true });

  it('refuse to be given twice where they have one value, so that the first is not passed over', async () => {
    const { exitCode, stderr } = await host.run('backup:delete', '--id=1', '--id=2', '--yes');
    expect([exitCode, stderr]).toEqual([2, '--id is given twice: give it once.\n']);
  });

  it.each([
    ['--no-encrypt and --encrypt are opposites', ['backup:create', '--type=full', '--encrypt', '--no-encrypt']],
    ['--no-database and --database are opposites', ['backup:create', '--type=full', '--database=a', '--no-database']],
    ['all databases are left out', ['backup:create', '--type=full', '--no-database', '--exclude-table=orders']],
    ['is no database to back up', ['backup:create', '--type=database', '--no-database']],
    ['holds no databases', ['backup:create', '--type=files', '--include-table=orders']],
    ['holds no databases', ['backup:create', '--type=configuration', '--no-data=orders']],
    ['is for incremental backups', ['backup:create', '--type=full', '--full-every=7']],
    ['leave --interactive out', ['backup:cleanup', '--dry-run', '--interactive']],
    ['leave --at out', ['backup:cleanup', '--dry-run', '--at=2030-01-01T00:00:00Z']],
    ['leave --id out', ['backup:logs', '--id=1', `--operation=${'0'.repeat(32)}`]],
    ['leave --in-place out', ['backup:restore', '--undo', '--id=1', '--in-place']],
    ['leave --backup out', ['backup:operation', 'prepare', '--operation=cleanup', '--backup=1']],
    ['leave --type out', ['backup:operation', 'prepare', '--operation=verify', '--backup=1', '--type=full']],
    ['leave --backup out', ['backup:operation', 'prepare', '--operation=backup', '--backup=1', '--type=full']],
    ['choose one of --key, --passphrase and', ['backup:create', '--type=full', '--passphrase', '--no-encrypt']],
    ['choose one of --key, --passphrase and', ['backup:create', '--type=full', '--passphrase', '--key=ops']],
  ])('refuse what would be passed over: %s', async (reason, words) => {
    const { exitCode, stdout, stderr } = await host.run(...words);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^[^\n]+\.\n$/);
    expect(stderr).toContain(reason);
  });

  it.each([
    ['when its reader has gone', '| true', '', 0],
    [
      'where there is no room',
      '> /dev/full',
      'The output could not be written: ENOSPC: no space left on device, write.\n',
      1,
    ],
  ])('have no say in output that cannot be written %s', async (_, redirection, stderr, exitCode) => {
    const script = `set -o pipefail; "$0" "$1" backup:help backup:restore ${redirection}`;
    expect(await runProgram('bash', ['-c', script, ...hostCommand], host.env)).toEqual({
      exitCode,
      stdout: '',
      stderr,
    });
  });

  it.each([
    ['zstd:1', '.zst', '28b52ffd'],
    ['gzip:6', '.gz', '1f8b08'],
    ['none', '', ''],
  ])('--compression=%s makes sets of such objects, which verify and restore', async (compression, suffix, magic) => {
    const before = await checksum(shop);
    const { id, ...backup } = await host.json(
      'backup:create',
      '--type=database',
      `--compression=${compression}`,
      '--database',
      shop.name,
    );
    expect(backup.compression).toBe(compression);
    const name = (await objectsOf(backup.backupName)).find((key) => key.endsWith(`/orders.00001.sql${suffix}`));
    const bytes = await readFile(join(host.storage, String(backup.backupName), String(name)));
    expect(bytes.toString('hex').startsWith(magic)).toBe(true);
    expect(await host.json('backup:verify', '--id', String(id))).toMatchObject({ verified: true });

    await shop.query('DELETE FROM orders');
    expect(await host.json('backup:restore', '--id', String(id), '--yes')).toMatchObject({ status: 'completed' });
    expect(await checksum(shop)).toEqual(before);
  });

  it('--database can be given several times, and so can --table', async () => {
    const backup = await host.json(
      'backup:create',
      '--type=database',
      '--database',
      shop.name,
      `--database=${blog.name}`,
    );
    const id = String(backup.id);
    expect(backup.tablesIncluded).toEqual(
      [shop.name, blog.name].flatMap((name) => [`${name}.orders`, `${name}.prices`]),
    );
    const before = [await checksum(shop), await checksum(blog)];
    for (const { query } of [shop, blog]) await query('DELETE FROM orders; DELETE FROM prices');

    const one = await host.json('backup:restore', '--id', id, '--yes', '--table', `${shop.name}.orders`);
    expect(one.tablesRestored).toEqual([`${shop.name}.orders`]);
    expect(await shop.query('SELECT (SELECT COUNT(*) FROM orders) AS o, (SELECT COUNT(*) FROM prices) AS p')).toEqual([
      { o: 1000, p: 0 },
    ]);
    const both = ['--table', 'orders', '--table=prices', '--database', shop.name, '--database', blog.name];
    await host.json('backup:restore', '--id', id, '--yes', ...both);
    expect([await checksum(shop), await checksum(blog)]).toEqual(before);

    const copy = `${shop.name}_copy`;
    const renamed = await host.json('backup:restore', '--id', id, '--yes', '--database', `${shop.name}=${copy}`);
    expect(renamed).toMatchObject({ target: copy, tablesRestored: [`${copy}.orders`, `${copy}.prices`] });
  });

  it('--full-every begins a new chain with every nth incremental backup', async () => {
    const create = (every: number): Promise<Record<string, unknown>> =>
      host.json('backup:create', '--type=incremental', `--database=${blog.name}`, `--full-every=${String(every)}`);
    const first = await create(1);
    const second = await create(2);
    const third = await create(2);

    expect(first).toMatchObject({ backupType: 'full', parentId: null });
    expect(second).toMatchObject({ backupType: 'incremental', parentId: first.id });
    expect(third).toMatchObject({ backupType: 'full', parentId: null });
    const { exitCode, stdout, stderr } = await host.run('backup:create', '--type=incremental', '--full-every=0');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toBe('"0" is not a number of backups: use 1 or more.\n');
  });

  it.each(['99999999999', '9999999999', '0'])('--retention-days=%s is refused', async (days) => {
    const run = await host.run('backup:create', '--type=database', `--retention-days=${days}`);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toMatch(/^[^\n]*use 1 to 100000\.\n$/);
  });

  it('--sample reads a part of a backup, which does not make it verified, and only of a full verification', async () => {
    const [{ id }] = (await host.json('backup:list')) as unknown as { readonly id: number }[];
    const sampled = await host.run('backup:verify', `--id=${String(id)}`, '--sample=5%');
    expect(sampled).toMatchObject({ exitCode: 0, stderr: '' });
    expect(sampled.stdout).toContain("today's part of its objects was read and is what was written");
    expect(await host.json('backup:show', `--id=${String(id)}`)).toMatchObject({ verified: false });
    for (const words of [['--sample=0'], ['--sample=101%'], ['--sample=5%', '--level=quick']]) {
      const { exitCode, stderr } = await host.run('backup:verify', `--id=${String(id)}`, ...words);
      expect({ words, exitCode }).toEqual({ words, exitCode: 2 });
      expect(stderr).toMatch(/^[^\n]*5%\.\n$/);
    }
  });

  it('ends with the exit code that says what kind of failure it was, one line on stderr, nothing on stdout', async () => {
    const backup = await host.json('backup:create', '--type=database', '--database', shop.name);
    const key = (await objectsOf(backup.backupName)).find((name) => name.includes('/orders.00001'));
    await writeFile(join(host.storage, String(backup.backupName), String(key)), 'not what was written');

    const cases: [number, string[], RegExp][] = [
      [2, ['backup:create'], /^--type is missing: for example backup:create --type=database\.\n$/],
      [2, ['backup:create', '--type=tapes'], /^"tapes" is not a backup type: use /],
      [2, ['backup:create', '--type=course'], /^Backups of type "course" are not supported by this release/],
      [2, ['backup:create', '--type=database', '--compression=zip'], /^"zip" is not a compression/],
      [2, ['backup:create', '--type=database', '--threads=0'], /^"0" is not a number of threads/],
      [2, ['backup:show', '--id=abc'], /^"abc" is not an id: use the number that backup:list shows\.\n$/],
      [2, ['backup:show', '--id=1', 'extra'], /extra/],
      [2, ['backup:list', '--colour'], /^Unknown option '--colour': see --help\.\n$/],
      [2, ['backup:lost'], /^Unknown command 'backup:lost': did you mean backup:list\?\n$/],
      [3, ['backup:show', '--id=999999'], /^There is no backup 999999: see backup:list\.\n$/],
      [3, ['backup:create', '--type=database', '--database=no_such_database'], /^There is no database "no_such_/],
      [4, ['backup:verify', `--id=${String(backup.id)}`], /^\S+ is damaged: object .*orders.* is 20 bytes long/],
    ];
    for (const [exitCode, words, message] of cases) {
      const run = await host.run(...words);
      expect({ words, exitCode: run.exitCode, stdout: run.stdout }).toEqual({ words, exitCode, stdout: '' });
      expect(run.stderr).toMatch(message);
      expect(run.stderr).toMatch(/^[^\n]+\n$/);
    }
  });

  it('ends with 5 while somebody else backs the database up', async () => {
    const holder = await createConnection(shop.url);
    try {
      await holder.query("DO GET_LOCK(CONCAT('nestjs-backup:db:', SHA1(DATABASE())), 0)");
      const run = await host.run('backup:create', '--type=database', '--database', shop.name);
      expect(run).toMatchObject({ exitCode: 5, stdout: '' });
      expect(run.stderr).toContain(`Another backup or restore of database ${shop.name} is running`);
    } finally {
      await holder.end();
    }
  });

  it('ends with 1 in one line when the database does not answer, without its password', async () => {
    const env = { ...host.env, DATABASE_URL: 'mysql://nobody:topsecret@127.0.0.1:1/nothing' };
    const { exitCode, stdout, stderr } = await runProgram(hostCommand[0], [hostCommand[1], 'backup:list'], env);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe(
      'Cannot reach the database at 127.0.0.1:1/nothing: nothing listens there. Start the server, or correct DATABASE_URL.\n',
    );
  });

  it('--verbose adds the stack to the line', async () => {
    const failed = await host.run('backup:show', '--id=999999', '--verbose');
    expect(failed.exitCode).toBe(3);
    expect(failed.stderr).toMatch(/^There is no backup 999999: see backup:list\.\n.*\n {4}at /s);
  });

  it('chooses tables and rows, and what holds only a part of a table asks before it takes its place', async () => {
    const { id, partial } = await host.json(
      'backup:create',
      '--type=database',
      `--database=${shop.name}`,
      '--include-table=orders',
      '--include-table=p*',
      '--no-data=prices',
      '--where',
      "orders=item = 'item 7' OR id = 1",
    );
    expect(partial).toEqual([
      `${shop.name}.orders: only rows where item = 'item 7' OR id = 1`,
      `${shop.name}.prices: no rows`,
      `${shop.name}: left out routines and events`,
    ]);
    // before it asks
    const refused = await host.run('backup:restore', `--id=${String(id)}`);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^Cannot restore .* --allow-partial, .*\n$/);
    const { stdout } = await host.run('backup:restore', `--id=${String(id)}`, '--yes', '--allow-partial');
    expect(stdout).toContain(
      `The backup holds only rows where item = 'item 7' OR id = 1 of ${shop.name}.orders, no rows`,
    );
    expect(await shop.query('SELECT COUNT(*) AS counted FROM orders')).toEqual([{ counted: 2 }]);
  });

  it('--at leaves a backup to whoever looks after its time, and --interactive a restore to whoever confirms it', async () => {
    const later = await host.json(
      'backup:create',
      '--type=database',
      '--compression=none',
      `--at=${new Date(Date.now() - 10_000).toISOString().slice(0, 19)}Z`,
    );
    expect(later).toMatchObject({ operation: 'backup', order: { settings: { compression: 'none' } } });
    expect((await host.run('backup:schedule', 'run-due')).stdout).toContain(String(later.backupid));
    expect(await host.json('backup:list', '--limit=1')).toMatchObject([
      { backupid: later.backupid, status: 'completed', compression: 'none' },
    ]);

    const [{ id }] = await host.database.query('SELECT MAX(id) AS id FROM backup_history');
    const unasked = ['--operation=restore', '--backup', String(id), '--set=tables=["users"]'];
    expect(await host.run('backup:operation', 'prepare', ...unasked)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^This replaces 1 table of .*add --yes to go on\.\n$/),
    });
    const { stdout } = await host.run('backup:restore', '--id', String(id), '--table=users', '--interactive');
    const [, backupid] = /^Operation (\w+) is prepared\. Confirm it with /.exec(stdout) ?? [];
    expect(await host.json('backup:operation', 'confirm', '--id', backupid, '--yes')).toMatchObject({
      operation: 'restore',
      backupId: Number(id),
      status: 1000,
      order: { settings: { tables: ['users'] } },
    });
    const again = await host.run('backup:operation', 'confirm', '--id', backupid);
    expect(again).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('does not wait for its settings to be confirmed'),
    });
  });

  it.each([
    [
      'either for its time or to be confirmed',
      ['backup:create', '--type=full', '--interactive', '--at=2030-01-01T00:00:00Z'],
    ],
    ['A passphrase is not kept for later', ['backup:verify', '--id=1', '--passphrase', '--at=2030-01-01T00:00:00Z']],
    ['An undo is done at once', ['backup:restore', '--id=1', '--undo', '--at=2030-01-01T00:00:00Z']],
    ['is past: give a later one', ['backup:cleanup', '--at=2020-01-01T00:00:00Z']],
    ['is more than ten years ahead', ['backup:cleanup', '--at=9999-01-01T00:00:00Z']],
    ['is no time', ['backup:create', '--type=full', '--at=2030-02-30T00:00:00Z']],
    ['add --yes to go on', ['backup:restore', '--id=1', '--at=2030-01-01T00:00:00Z']],
    ['add --yes to go on', ['backup:cleanup', '--at=2030-01-01T00:00:00Z']],
    ['add --yes to go on', ['backup:operation', 'prepare', '--operation=cleanup']],
  ])('--at and --interactive prepare nothing, but say %s: %j', async (reason, words) => {
    const { exitCode, stdout, stderr } = await host.run(...words);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(reason);
  });

  it('--interactive prepares no backup that could not be made', async () => {
    const words = ['--type=database', '--database=nosuch', '--interactive'];
    expect(await host.run('backup:create', ...words)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('"nosuch"'),
    });
  });

  it('--yes is taken where an operation is cancelled, as where something is deleted', async () => {
    const { backupid } = await host.json('backup:operation', 'prepare', '--operation=cleanup', '--interactive');
    expect(await host.run('backup:operation', 'cancel', '--id', String(backupid), '--yes')).toMatchObject({
      exitCode: 0,
    });
  });

  it.each([
    ['matches "ordres" of --exclude-table:', ['backup:create', '--type=database', '--exclude-table=ordres']],
    ['"log\\_1" of --include-table:', ['backup:create', '--type=database', '--include-table=log\\_1']],
    ['A pattern of --no-data is empty', ['backup:create', '--type=database', '--no-data=']],
    ['a chain (--full-every)', ['backup:create', '--type=full', '--full-every=2']],
    ['--email: is not', ['backup:schedule', 'add', '--name=a', '--type=files', '--cron=0 3 * * *', '--email=ops']],
    [
      '--exclude-table is for schedules of backups',
      ['backup:schedule', 'add', '--name=a', '--type=cleanup', '--cron=0 3 * * *', '--exclude-table=a'],
    ],
    [
      'matches "ordres" of excludeTables:',
      ['backup:operation', 'prepare', '--operation=backup', '--type=database', '--set=excludeTables=["ordres"]'],
    ],
  ])('are called in errors as they were typed: %s', async (reason, words) => {
    expect((await host.run(...words)).stderr).toContain(reason);
  });
});
