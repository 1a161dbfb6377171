import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createHostCli, type HostCli, type HostRun } from './host-cli.js';

jest.setTimeout(180_000);

describe('The host’s command line', () => {
  let host: HostCli;
  let id: number;
  let created: HostRun;

  beforeAll(async () => {
    host = await createHostCli();
    created = await host.run(
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

  it('makes a backup in an empty database, whose migrations run first', async () => {
    expect(created).toMatchObject({ exitCode: 0, stderr: '' });
    const tables = (await host.database.query('SHOW TABLES')).flatMap((row) => Object.values(row));
    expect(tables).toEqual(expect.arrayContaining(['migrations', 'backup_history', 'archive_records', 'courses']));
    expect(await readdir(host.storage)).toHaveLength(1);
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

    const undone = await host.json('backup:restore', '--undo', '--id', String(id), '--yes');
    expect(undone).toMatchObject({ id: restored.id, status: 'undone' });
    expect(await rowsIn('users')).toBe(1);
  });

  it('does not restore or delete without --yes where nobody can be asked', async () => {
    for (const command of ['backup:restore', 'backup:delete']) {
      const { exitCode, stdout, stderr } = await host.run(command, '--id', String(id));
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^This (?:replaces|deletes) .* Nothing was done: add --yes to go on\.\n$/);
    }
    expect(await host.json('backup:show', '--id', String(id))).toMatchObject({ status: 'completed' });
  });

  it('cleans up, after showing what that would do', async () => {
    await host.database.query("UPDATE backup_history SET expires_at = '2020-01-01' WHERE id = ?", [id]);
    const next = await host.json('backup:create', '--type', 'database');
    await host.json('backup:verify', '--id', String(next.id));
    const plan = { keep: [{ id: next.id, reasons: ['kept for ever', 'newest', 'newest verified'] }], delete: [id] };

    expect(await host.json('backup:cleanup', '--dry-run')).toEqual(plan);
    const { stdout } = await host.run('backup:cleanup', '--dry-run');
    expect(stdout).toMatch(new RegExp(`^ *${String(id)} +delete +expired$`, 'm'));
    expect(await host.json('backup:cleanup')).toMatchObject({ plan, deleted: [id], swept: [], undoSchemas: [] });
    const again = await host.run('backup:cleanup');
    expect(again.stdout).toBe('Deleted 0 expired backups (0 B) and 0 leftovers; kept 1 backups.\n');
  });

  it('imports what the catalog has lost, and deletes it', async () => {
    await host.database.query('DELETE FROM backup_restore_log; DELETE FROM backup_history');
    const result = await host.json('backup:import');
    expect(result).toEqual({ imported: [expect.any(Number)], skipped: [] });
    const [imported] = result.imported as number[];

    expect(await host.json('backup:show', '--id', String(imported))).toMatchObject({ notes: 'Imported from storage' });
    expect(await host.json('backup:delete', '--id', String(imported), '--yes')).toMatchObject({ status: 'deleted' });
    expect(await readdir(join(host.storage))).toEqual([]);
    expect((await host.run('backup:import')).stdout).toBe('Imported 0 backups.\n');
  });
});
