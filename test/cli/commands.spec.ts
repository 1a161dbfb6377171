import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostRun } from './host-call.js';
import { createHostCli, type HostCli } from './host-cli.js';

jest.setTimeout(180_000);

describe('The host’s command line', () => {
  let host: HostCli;
  let id: number;
  let created: HostRun;

  beforeAll(async () => {
    host = await createHostCli();
    created = await host.spawn(
      'backup:create',
      '--type=database',
      '--notes=the first one',
      '--retention-days=7',
      '--json',
    );
    id = (JSON.parse(created.stdout) as { id: number }).id;
  });

  afterAll(() => host.remove());

  const rowsIn = async (table: string): Promise<number> => {
    const [row] = await host.database.query(`SELECT COUNT(*) AS count FROM ${table}`);
    return Number(row.count);
  };

  /** A copy of the backup, made at that hour of Christmas 2019, whose set is nothing but a manifest. */
  const olderBackup = async (hour: number): Promise<number> => {
    const name = `20191225T${String(hour).padStart(2, '0')}0000Z-database-abcdef`;
    await mkdir(join(host.storage, name));
    await writeFile(join(host.storage, name, 'manifest.json'), '{}');
    await host.database.query(
      `INSERT INTO backup_history (backup_type, backup_name, file_path, file_size, status, created_at, tables_included)
       SELECT backup_type, ?, ?, 1000, status, '2019-12-25' + INTERVAL ? HOUR, tables_included
       FROM backup_history WHERE id = ?`,
      [name, name, hour, id],
    );
    const [{ last }] = await host.database.query('SELECT MAX(id) AS last FROM backup_history');
    return Number(last);
  };

  it('makes a backup in an empty database, whose migrations run first', async () => {
    expect(created).toMatchObject({ exitCode: 0, stderr: '' });
    const tables = (await host.database.query('SHOW TABLES')).flatMap((row) => Object.values(row));
    expect(tables).toEqual(expect.arrayContaining(['migrations', 'backup_history', 'archive_records', 'courses']));
    expect(await readdir(host.storage)).toHaveLength(1);
  });

  it('counts backups with backup:stats, and finds with backup:doctor that they work', async () => {
    expect(await host.json('backup:stats')).toMatchObject({
      totals: [{ type: 'database', status: 'completed', count: 1 }],
      newestCompleted: { id },
    });
    const { exitCode, stdout } = await host.run('backup:doctor');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^STATUS +CHECK +FINDING\nok +server +(?:MariaDB|MySQL) .* answers\.\n/);
    expect(stdout).toContain(`Backup ${String(id)} could be restored`);
  });

  it('shows with --json the row of the history in its own words, and nothing else', async () => {
    const backup = JSON.parse(created.stdout) as Record<string, unknown>;
    expect(backup).toEqual({
      id,
      backupType: 'database',
      backupName: expect.stringMatching(/^\d{8}T\d{6}Z-database-[0-9a-f]{6}$/),
      filePath: backup.backupName,
      fileSize: expect.any(Number),
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      status: 'completed',
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      completedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      durationSeconds: expect.any(Number),
      tablesIncluded: expect.arrayContaining([`${host.database.name}.archive_records`]),
      partial: null,
      filesIncluded: null,
      compression: 'zstd:1',
      encryption: false,
      encryptionKeyId: null,
      verified: false,
      verifiedAt: null,
      retentionDays: 7,
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      initiatedBy: null,
      notes: 'the first one',
      errorMessage: null,
      createdAt: expect.stringMatching(/Z$/),
      parentId: null,
      scheduleId: null,
      backupid: expect.stringMatching(/^[0-9a-f]{32}$/),
      storage: expect.stringMatching(/^file:\/\//),
      logicalSize: expect.any(Number),
      lockMilliseconds: expect.any(Number),
      drilledAt: null,
      drillSeconds: null,
      pinned: false,
      pinnedReason: null,
    });
  });

  it('lists backups, with a line each or as a document', async () => {
    const text = await host.run('backup:list');
    expect(text).toMatchObject({ exitCode: 0, stderr: '' });
    expect(text.stdout).toMatch(new RegExp(`^\\s*ID\\s+STARTED.*\\n\\s*${String(id)}\\s.*completed`));

    expect(await host.json('backup:list', '--status=completed', '--limit', '5')).toEqual([JSON.parse(created.stdout)]);
    expect(await host.json('backup:list', '--status=failed')).toEqual([]);
  });

  it.each([[(backup: number) => [`--id=${String(backup)}`]], [(backup: number) => ['--id', String(backup)]]])(
    'shows one backup, its id after an equals sign or a space',
    async (idWords) => {
      expect(await host.json('backup:show', ...idWords(id))).toEqual(JSON.parse(created.stdout));
      const { stdout, exitCode } = await host.run('backup:show', ...idWords(id));
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^status\s+completed$/m);
      expect(stdout).toMatch(/^notes\s+the first one$/m);
      expect(stdout).toMatch(/^commits held back\s+[\d.]+ ms$/m);
    },
  );

  it('verifies a backup', async () => {
    expect(await host.json('backup:verify', '--id', String(id), '--level=quick')).toMatchObject({
      id,
      verified: false,
    });
    expect(await host.json('backup:verify', '--id', String(id))).toMatchObject({ id, verified: true });
    const { stdout } = await host.run('backup:verify', `--id=${String(id)}`);
    expect(stdout).toBe(`Backup ${String(id)} is sound: every object was read and is what was written.\n`);
  });

  it('previews a restore, does it, and takes it back', async () => {
    await host.database.query(
      "INSERT INTO users (email, display_name, role, created_at) VALUES ('a@example.org', 'A', 'student', NOW())",
    );
    const preview = await host.run('backup:preview', '--id', String(id), '--table=users');
    expect(preview.exitCode).toBe(0);
    expect(preview.stdout).toMatch(new RegExp(`^${host.database.name}\\.users +1 +0 +replaced$`, 'm'));
    expect(await host.json('backup:preview', '--id', String(id))).toMatchObject({
      set: expect.stringContaining('-database-'),
      tables: expect.arrayContaining([expect.objectContaining({ table: 'users', rowsNow: 1, rowsAfter: 0 })]),
      bytes: expect.any(Number),
      expectedSeconds: expect.any(Number),
    });
    expect(await rowsIn('users')).toBe(1);

    const restored = await host.json('backup:restore', '--id', String(id), '--yes');
    expect(restored).toMatchObject({
      backupId: id,
      restoreType: 'database',
      status: 'completed',
      target: host.database.name,
      errorMessage: null,
    });
    expect(await rowsIn('users')).toBe(0);

    expect(await host.run('backup:complete', 'backup', '--', 'backup:restore', '--id', '--undo')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(new RegExp(`^${String(id)}\\t.*\n$`)),
    });
    const undone = await host.json('backup:restore', '--undo', '--id', String(id), '--yes');
    expect(undone).toMatchObject({ id: restored.id, status: 'undone' });
    expect(await rowsIn('users')).toBe(1);
    const again = await host.run('backup:restore', '--undo', '--id', String(id));
    expect([again.exitCode, again.stderr]).toEqual([
      1,
      `Backup ${String(id)} has no restore that could be undone: only the latest staged restore can be.\n`,
    ]);
  });

  it('does not restore, delete or clean up without --yes where nobody can be asked', async () => {
    for (const words of [
      ['backup:restore', '--id', String(id)],
      ['backup:delete', '--id', String(id)],
      ['backup:cleanup'],
    ]) {
      const { exitCode, stdout, stderr } = await host.run(...words);
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^This (?:replaces|deletes) .* Nothing was done: add --yes to go on\.\n$/);
    }
    expect(await host.json('backup:show', '--id', String(id))).toMatchObject({ status: 'completed' });
  });

  it('pins a backup, which is then deleted neither by name nor by a cleanup, and unpins it', async () => {
    const pinned = await host.run('backup:pin', '--id', String(id), '--reason=before the upgrade');
    expect(pinned.stdout).toBe(
      `Backup ${String(id)} is pinned (before the upgrade): it stays until backup:unpin --id=${String(id)}.\n`,
    );
    // nobody is asked for a yes to what is refused anyway
    for (const answer of [[], ['--yes']]) {
      const { exitCode, stderr } = await host.run('backup:delete', '--id', String(id), ...answer);
      expect([exitCode, stderr]).toEqual([
        5,
        `Backup ${String(id)} is pinned (before the upgrade): unpin it before deleting it.\n`,
      ]);
    }
    expect(await host.json('backup:unpin', '--id', String(id))).toMatchObject({
      id,
      pinned: false,
      pinnedReason: null,
    });
  });

  it('shows a reason that holds escape sequences without them', async () => {
    const { stdout } = await host.run('backup:pin', '--id', String(id), '--reason=a\u001b[31m\u001b]0;title\u0007b');
    expect(stdout).toContain(String.raw` is pinned (a\x1b[31m\x1b]0;title\x07b): it stays until `);
    const shown = await host.run('backup:show', '--id', String(id));
    expect(shown.stdout).toContain(String.raw`a\x1b[31m\x1b]0;title\x07b`);
    await host.run('backup:unpin', '--id', String(id));
  });

  it('cleans up, after showing what that would do', async () => {
    await host.database.query(
      "UPDATE backup_history SET created_at = '2019-12-25 05:00', pinned = 1, pinned_reason = ?",
      ['the state that the auditors were shown, until they have signed what they found'],
    );
    const hours = [await olderBackup(1), await olderBackup(2), await olderBackup(3), await olderBackup(4)];
    const newest = await olderBackup(24);
    host.env.COLUMNS = '80';
    const { stdout } = await host.run('backup:cleanup', '--dry-run');
    delete host.env.COLUMNS;
    expect(stdout).toMatch(
      new RegExp(`^ *${String(newest)} +2019-12-26 00:00:00 .* keep +newest, last 1, daily `, 'm'),
    );
    expect(stdout).toMatch(new RegExp(`^ *${String(hours[2])} +2019-12-25 03:00:00 .* delete +no rule keeps it$`, 'm'));
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const plan = await host.json('backup:cleanup', '--dry-run');
    expect(plan).toMatchObject({ delete: [hours[2], hours[1]], freedBytes: 2000, maxDelete: 10, unknownSets: [] });
    expect(plan.backups).toContainEqual(
      expect.objectContaining({
        id: hours[0],
        decision: 'keep',
        reasons: ['daily 2019-12-25', 'weekly 2019-W52', 'monthly 2019-12'],
      }),
    );

    const refused = await host.run('backup:cleanup', '--yes', '--max-delete=1');
    expect([refused.exitCode, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/^This would delete 2 of 6 backups, more than the 1 allowed at once, .*\n$/);
    expect(await host.json('backup:cleanup', '--yes')).toMatchObject({ deleted: [hours[2], hours[1]], swept: [] });
    const again = await host.run('backup:cleanup', '--yes');
    expect(again.stdout).toBe('Deleted 0 backups (0 B) and 0 leftovers; kept 4 backups.\n');
    for (const name of await readdir(host.storage)) {
      if (name.endsWith('-abcdef')) await rm(join(host.storage, name), { recursive: true });
    }
  });

  it('imports what the catalog has lost, and deletes it', async () => {
    await host.database.query('DELETE FROM backup_restore_log; DELETE FROM backup_history');
    const result = await host.json('backup:import');
    expect(result).toEqual({ imported: [expect.any(Number)], known: [], skipped: [] });
    const [imported] = result.imported as number[];

    const shown = await host.json('backup:show', '--id', String(imported));
    expect(shown).toMatchObject({ notes: 'Imported from storage' });
    expect((await host.run('backup:import')).stdout).toBe('Imported 0 backups.\nKnown already: 1 set.\n');
    expect(await host.json('backup:delete', '--id', String(imported), '--yes')).toMatchObject({ status: 'deleted' });
    expect(await readdir(join(host.storage))).toEqual([]);
    expect((await host.run('backup:import')).stdout).toBe('Imported 0 backups.\n');
  });
});
