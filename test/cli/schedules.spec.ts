import { createHostCli, type HostCli } from './host-cli.js';

jest.setTimeout(180_000);

describe('backup:schedule', () => {
  let host: HostCli;

  beforeAll(async () => {
    host = await createHostCli();
  });

  afterAll(() => host.remove());

  it('adds a schedule, and says in words when it runs and at which times next, on the clocks of its time zone', async () => {
    const { stdout, exitCode } = await host.run(
      'backup:schedule',
      'add',
      '--name=nightly',
      '--type=database',
      '--cron=30 3 * * *',
      '--time-zone=Asia/Kathmandu',
      '--retention-days=14',
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Schedule 1 added\.$/m);
    expect(stdout).toMatch(/^cron +30 3 \* \* \* \(At 03:30, every day\)$/m);
    expect(stdout.match(/\d{4}-\d\d-\d\d 03:30:00 GMT\+5:45$/gm)).toHaveLength(5);
  });

  it('changes, pauses and resumes one, and lists all', async () => {
    await host.run('backup:schedule', 'add', '--name=clean', '--type=cleanup', '--cron=0 0 4 * * 0');
    const words = ['--id=1', '--cron=*/10 * * * * *', '--exclude-table=uploads', '--missed=skip'];
    expect(await host.json('backup:schedule', 'edit', ...words)).toMatchObject({
      cronExpression: '*/10 * * * * *',
      excludeTables: ['uploads'],
      missedRun: 'skip',
      inWords: 'Every 10 seconds, every minute, every hour, every day',
    });
    const reset = ['--id=1', '--reset=missed', '--reset=exclude-table', '--compression=none'];
    expect(await host.json('backup:schedule', 'edit', ...reset)).toMatchObject({
      excludeTables: null,
      missedRun: 'run_once',
      compression: 'none',
    });
    const files = await host.json(
      'backup:schedule',
      'add',
      '--name=f',
      '--type=full',
      '--cron=@daily',
      '--no-database',
    );
    expect(files).toMatchObject({ includeDatabases: false });
    const id = `--id=${String(files.id)}`;
    expect(await host.json('backup:schedule', 'edit', id, '--cron=@weekly')).toMatchObject({ includeDatabases: false });
    expect(await host.json('backup:schedule', 'edit', id, '--reset=no-database')).toMatchObject({
      includeDatabases: true,
    });
    await host.run('backup:schedule', 'remove', id, '--yes');
    expect(await host.json('backup:schedule', 'pause', '--id=1')).toMatchObject({ isActive: false });
    const { stdout } = await host.run('backup:schedule', 'list');
    expect(stdout).toMatch(
      /^ *1 +nightly +database +Every 10 seconds, every minute, every hour, every day +Asia\/Kathmandu +paused$/m,
    );
    expect(stdout).toMatch(/^ *2 +clean +cleanup +At 04:00, only on Sunday +UTC +\d{4}-\d\d-\d\d 04:00:00 UTC$/m);
    expect(await host.json('backup:schedule', 'resume', '--id=1')).toMatchObject({
      isActive: true,
      nextRuns: [...Array(5).keys()].map((): unknown => expect.any(String)),
    });
  });

  it('lists them in a table of 80 columns, however long the words are', async () => {
    const cron = '5,10,15,20,25,30 1,2,3,4,5,6 1,15 1-11/2 MON-FRI';
    const words = ['--name=the busy days of each month', '--type=incremental', `--cron=${cron}`];
    const { id } = await host.json('backup:schedule', 'add', ...words, '--time-zone=Asia/Kathmandu');
    host.env.COLUMNS = '80';
    const { stdout } = await host.run('backup:schedule', 'list');
    delete host.env.COLUMNS;
    expect(stdout).toMatch(/^ID {2}NAME +TYPE +WHEN +NEXT RUN\n/);
    expect(stdout).toMatch(/ GMT\+5:45\n/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    await host.run('backup:schedule', 'remove', `--id=${String(id)}`, '--yes');
  });

  it('carries out what is due, which no other command does', async () => {
    await host.run('backup:schedule', 'edit', '--id=1', '--cron=30 3 * * *');
    await host.database.query(
      'UPDATE backup_schedule SET next_run_at = UTC_TIMESTAMP() - INTERVAL 1 SECOND WHERE id = 1',
    );
    expect(await host.json('backup:list')).toEqual([]);
    const { stdout, exitCode } = await host.run('backup:schedule', 'run-due');
    expect({ stdout, exitCode }).toEqual({ stdout: 'Schedule 1 (nightly) completed.\n', exitCode: 0 });
    expect(await host.json('backup:list')).toMatchObject([{ scheduleId: 1, status: 'completed', retentionDays: 14 }]);
  });

  it('prints all that was done, and fails, when something of it failed or was switched off', async () => {
    const words = ['--name=broken', '--type=database', '--cron=0 3 * * *', '--include-table=nowhere'];
    const { id } = await host.json('backup:schedule', 'add', ...words);
    await host.database.query('UPDATE backup_schedule SET next_run_at = UTC_TIMESTAMP() - INTERVAL 1 SECOND');
    await host.database.query("UPDATE backup_schedule SET time_zone = 'Mars/Olympus' WHERE id = 2");
    const { backupid } = await host.json('backup:operation', 'prepare', '--operation=cleanup', '--yes');

    const { stdout, exitCode } = await host.run('backup:schedule', 'run-due');
    expect(exitCode).toBe(1);
    expect(stdout.split('\n')).toEqual([
      'Schedule 2 (clean) was switched off: There is no time zone "Mars/Olympus": use a name such as Europe/Berlin or UTC. Correct it, and then switch it on with backup:schedule resume --id=2.',
      'Schedule 1 (nightly) completed.',
      expect.stringContaining(`Schedule ${String(id)} (broken) failed: `),
      `Operation ${String(backupid)} completed.`,
      '',
    ]);
  });

  it('prints all of it as one document, too', async () => {
    await host.database.query('UPDATE backup_schedule SET next_run_at = UTC_TIMESTAMP() - INTERVAL 1 SECOND');
    await host.database.query("UPDATE backup_schedule SET cron_expression = 'often' WHERE id = 1");
    const broken = { inWords: 'no cron expression', lastError: expect.stringMatching(/^"often" is not a cron exp/) };
    expect((await host.json('backup:schedule', 'list'))[0]).toMatchObject({ ...broken, isActive: true });
    const { stdout, exitCode } = await host.run('backup:schedule', 'run-due', '--json');
    expect(exitCode).toBe(1);
    expect((await host.json('backup:schedule', 'list'))[0]).toMatchObject({ ...broken, isActive: false });
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'nightly', outcome: 'disabled', message: expect.stringContaining('"often" is not a cron expression') },
      { name: 'broken', outcome: 'failed', message: expect.stringContaining('nowhere') },
    ]);
    const mended = await host.run('backup:schedule', 'edit', '--id=2', '--time-zone=UTC');
    expect(mended.stdout).toMatch(/^Schedule 2 changed. It is paused. Go on with backup:schedule resume --id=2.\n/);
    expect(mended.stdout).not.toContain('Mars/Olympus');
    await host.run('backup:schedule', 'resume', '--id=2');
  });

  it('removes one, after asking', async () => {
    expect(await host.run('backup:schedule', 'remove', '--id=1')).toMatchObject({ exitCode: 2 });
    expect(await host.json('backup:schedule', 'remove', '--id=1', '--yes')).toEqual({ id: 1 });
    expect(await host.json('backup:schedule', 'list')).toHaveLength(2);
  });

  it.each([
    [['add', '--type=database', '--cron=0 3 * * *'], 2, '--name is missing'],
    [['add', '--name=x', '--type=database', '--cron=often'], 2, '"often" is not a cron expression'],
    [['edit', '--id=1', '--reset=email', '--email=a@b.example'], 2, '--reset=email: its setting is given too'],
    [
      ['edit', '--id=2', '--retention-days=100001'],
      2,
      '--retention-days: must be a whole number of days, 1 to 100000.',
    ],
    [
      ['add', '--name=x', '--type=incremental', '--cron=0 3 * * *', '--full-every=9999999999'],
      2,
      '--full-every: must be a whole number of backups, 1 to 10000.',
    ],
    [['edit', '--id=nightly', '--cron=0 3 * * *'], 2, 'use the number that backup:schedule list shows'],
    [['edit', '--id=2', '--email=a@b.example'], 2, '--email is for schedules of backups, not of cleanup'],
    [['add', '--name=x', '--type=files', '--cron=0 3 * * *', '--include-table=a'], 2, 'holds no databases'],
    [
      ['add', '--name=x', '--type=database', '--cron=0 3 * * *', '--no-database'],
      2,
      '--no-database: backups of type database hold nothing else',
    ],
    [['edit', '--id=99', '--cron=0 3 * * *'], 3, 'There is no schedule 99: see backup:schedule list.'],
  ])('says what is wrong with %j', async (words, exitCode, message) => {
    const run = await host.run('backup:schedule', ...words);
    expect(run).toMatchObject({ exitCode, stdout: '' });
    expect(run.stderr).toMatch(/^[^\n]+\n$/);
    expect(run.stderr).toContain(message);
  });
});
