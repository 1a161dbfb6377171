import { createHash } from 'node:crypto';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Manifest } from '@app/backup/backup-set/manifest.js';
import type { Site } from '../support/bad-input-site.js';
import { failureOf } from '../support/bad-input-refusal.js';
import {
  createKeyFolder,
  keysOf,
  openEncryptedSite,
  openWithAge,
  type KeyFile,
  type KeyFolder,
} from './encrypted-site.js';

const execute = promisify(execFile);

const PUBLIC_ONLY = { encryption: {} } as const;

describe('An encrypted backup', () => {
  let keys: KeyFolder;
  let owner: KeyFile;
  let site: Site;
  let id: number;
  let set: string;

  beforeAll(async () => {
    keys = await createKeyFolder();
    owner = await keys.make('owner');
    site = await openEncryptedSite(owner);
    id = await site.backups.createBackup('database');
    set = await site.setOf(id);
  });

  afterAll(async () => {
    await site.close();
    await keys.remove();
  });

  const setKey = async (): Promise<string> => {
    const path = join(keys.path, 'set.key');
    await writeFile(path, await openWithAge(owner.path, site.path(set, 'key.age')), { mode: 0o600 });
    return path;
  };

  it('is opened by the age program, object by object, and is what its manifest says', async () => {
    const identity = await setKey();
    const manifest = JSON.parse(
      (await openWithAge(identity, site.path(set, 'manifest.json.age'))).toString(),
    ) as Manifest;

    expect(manifest.encryption).toBe('age');
    const sealed = manifest.objects.filter(({ key }) => key !== 'README.txt');
    expect(sealed.map(({ key }) => key).sort()).toEqual(
      (await keysOf(site, set)).filter((key) => !['README.txt', 'key.age', 'manifest.json.age'].includes(key)),
    );
    for (const { key, plainSha256 } of sealed) {
      const path = join(keys.path, 'object.zst');
      await writeFile(path, await openWithAge(identity, site.path(set, key)));
      const plain = key.includes('.zst')
        ? (await execute('zstd', ['-dc', path], { encoding: 'buffer' })).stdout
        : await readFile(path);
      expect([key, createHash('sha256').update(plain).digest('hex')]).toEqual([key, plainSha256]);
    }
  });

  it('shows nothing but names, sizes and times without a key', async () => {
    for (const key of await keysOf(site, set)) {
      const text = (await readFile(site.path(set, key))).toString('latin1');
      expect(text).not.toMatch(/Ada|customers \(|CREATE|SELECT|utf8mb4/);
      expect(key).toMatch(/\.age$|^README\.txt$/);
    }
    expect(await readFile(site.path(set, 'README.txt'), 'utf8')).not.toContain(site.database.name);
  });

  it('is one of the catalog that says so', async () => {
    const [key] = await site.backups.listKeys();
    expect(key).toMatchObject({ recipients: [owner.recipient], retiredAt: null });
    expect(await site.backups.getBackup(id)).toMatchObject({ encryption: true, encryptionKeyId: key.id });
  });

  it('passes verification, and comes back', async () => {
    const before = await site.state();
    await site.backups.verifyBackup(id);
    await site.database.query('DELETE FROM orders; DROP VIEW sales');

    await site.backups.restore(id);

    const after = await site.state();
    expect({ tables: after.tables, objects: after.objects }).toEqual({
      tables: before.tables,
      objects: before.objects,
    });
  });

  it('comes back in place, after a safety backup that is encrypted as well', async () => {
    const before = await site.state();
    await site.database.query('DELETE FROM orders');

    await site.backups.restore(id, { inPlace: true });

    expect((await site.state()).tables).toEqual(before.tables);
    const [safety] = await site.backups.listBackups({ limit: 1 });
    expect(safety).toMatchObject({ encryption: true, notes: expect.stringContaining('Safety backup') });
  });

  it('is made, listed, checked for completeness, finished after a crash and deleted without an identity', async () => {
    await site.withOptions(PUBLIC_ONLY, async (other) => {
      const made = await other.backups.createBackup('database', { encrypt: true });
      await other.backups.verifyBackup(made, 'quick');
      expect((await other.backups.listBackups({ limit: 1 }))[0]).toMatchObject({ id: made, encryption: true });
      const { backupid, checksum, fileSize } = await other.backups.getBackup(made);

      await other.database.query(`UPDATE backup_history SET status = 'running' WHERE id = ${String(made)}`);
      await other.database.query('UPDATE backup_controllers SET status = 800 WHERE backupid = ?', [backupid]);
      expect(await other.backups.recover()).toEqual([expect.stringContaining('it is complete')]);
      expect(await other.backups.getBackup(made)).toMatchObject({ status: 'completed', checksum, fileSize });

      expect(await failureOf(() => other.backups.verifyBackup(made))).toMatchObject({ code: 'identity_missing' });
      await other.backups.deleteBackup(made);
    });
  });

  it('is imported with its identity, and keeps its key', async () => {
    const { encryptionKeyId, fileSize, checksum } = await site.backups.getBackup(id);
    await site.database.query('DELETE FROM backup_restore_log');
    await site.database.query(`DELETE FROM backup_history WHERE id = ${String(id)}`);

    await site.withOptions(PUBLIC_ONLY, async (other) => {
      expect(await failureOf(() => other.backups.importSets({ names: [set] }))).toMatchObject({
        code: 'identity_missing',
      });
    });
    const { imported } = await site.backups.importSets({ names: [set] });

    [id] = imported;
    expect(await site.backups.getBackup(id)).toMatchObject({ encryption: true, encryptionKeyId, fileSize, checksum });
    await site.backups.verifyBackup(id);
  });

  it('is brought back by hand, as README.txt says', async () => {
    const before = await site.state();
    const { hostname, port, username, password } = new URL(site.database.url);
    const client = [`host=${hostname}`, `port=${port}`, `user=${username}`, `password=${decodeURIComponent(password)}`];
    await writeFile(join(keys.path, '.my.cnf'), `[client]\n${client.join('\n')}\n`, { mode: 0o600 });
    await site.database.query(`DROP DATABASE \`${site.database.name}\``);

    const [, command] = /^# {3}bash (.*)$/m.exec(await readFile(site.path(set, 'README.txt'), 'utf8')) ?? [];
    const run = (): Promise<{ stdout: string; stderr: string }> =>
      execute('bash', command.split(' '), {
        cwd: site.path(set),
        env: { HOME: keys.path, PATH: process.env.PATH },
      });
    await expect(run()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^identity\.txt is not here: put the identity [^\n]* into it, and run this again\.\n$/,
      ),
    });
    await copyFile(owner.path, site.path(set, 'identity.txt'));
    const { stdout, stderr } = await run();

    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
    await site.database.query(`USE \`${site.database.name}\``);
    await rm(site.path(set, 'identity.txt'));
    expect(await site.state()).toEqual(before);
  });
});
