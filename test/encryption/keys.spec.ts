import { readFile, rm, writeFile } from 'node:fs/promises';
import { BackupEvents, type EncryptionKey } from '@app/backup';
import { failureOf } from '../support/bad-input-refusal.js';
import { Site } from '../support/bad-input-site.js';
import { createKeyFolder, keysOf, openWithAge, type KeyFile, type KeyFolder } from './encrypted-site.js';

jest.setTimeout(30_000);

/** A key of the catalog and the identity that belongs to it. */
interface OwnedKey extends EncryptionKey {
  readonly file: KeyFile;
}

describe('Keys', () => {
  let folder: KeyFolder;
  let site: Site;
  let made = 0;

  beforeAll(async () => {
    folder = await createKeyFolder();
    site = await Site.open();
  });

  afterAll(async () => {
    await site.close();
    await folder.remove();
  });

  const makeKey = async (): Promise<OwnedKey> => {
    made += 1;
    const file = await folder.make(`key-${String(made)}`);
    return { ...(await site.backups.addKey({ label: `key-${String(made)}`, recipients: [file.recipient] })), file };
  };

  const backUp = ({ label }: EncryptionKey): Promise<number> => site.backups.createBackup('database', { key: label });
  const verify = (id: number, { file }: OwnedKey): Promise<void> =>
    site.backups.verifyBackup(id, 'full', { identityFile: file.path });
  const keyIdOf = async (id: number): Promise<number | null> => (await site.backups.getBackup(id)).encryptionKeyId;

  it('have to be there to encrypt to', async () => {
    expect(await site.backups.listKeys()).toEqual([]);
    expect((await failureOf(() => site.backups.createBackup('database', { encrypt: true }))).message).toBe(
      'There is no key to encrypt to: add one with backup:key add or backup:key generate, or encrypt with a passphrase.',
    );
  });

  it('need not be named while there is one, and have to be when there are several', async () => {
    const only = await makeKey();
    expect(await keyIdOf(await site.backups.createBackup('database', { encrypt: true }))).toBe(only.id);

    const other = await makeKey();
    expect((await failureOf(() => site.backups.createBackup('database', { encrypt: true }))).message).toBe(
      `There are several keys to encrypt to: choose one with --key, or with encryption.key of the module's options: ${String(only.id)} (${only.label}), ${String(other.id)} (${other.label}).`,
    );
  });

  it('are rotated: the new identity opens, the old one does not, and no object has changed', async () => {
    const old = await makeKey();
    const next = await makeKey();
    const id = await backUp(old);
    const set = await site.setOf(id);
    const objects = async (): Promise<Buffer[]> => {
      const keys = (await keysOf(site, set)).filter((key) => key !== 'key.age');
      return Promise.all(keys.map((key) => readFile(site.path(set, key))));
    };
    const before = await objects();

    const rotated = await site.backups.rotateKey({ from: old.id, to: next.label, identityFile: old.file.path });

    expect(rotated).toEqual({ rotated: [id] });
    expect(await keyIdOf(id)).toBe(next.id);
    expect(await objects()).toEqual(before);
    await verify(id, next);
    expect((await openWithAge(next.file.path, site.path(set, 'key.age'))).toString()).toContain('AGE-SECRET-KEY-1');
    expect(await failureOf(() => verify(id, old))).toMatchObject({ code: 'identity_wrong' });
  });

  it('are rotated to the end after a run that was killed, without the new identity', async () => {
    const old = await makeKey();
    const next = await makeKey();
    const rotation = { from: old.id, to: next.id, identityFile: old.file.path };
    const first = await backUp(old);
    await site.backups.rotateKey(rotation);
    const second = await backUp(old);
    // as it is when a run ends between the key of a backup and its row
    await site.database.query('UPDATE backup_history SET encryption_key_id = ? WHERE id = ?', [old.id, first]);
    // and when it ends while it writes one
    const set = await site.setOf(second);
    const keys = await keysOf(site, set);
    await writeFile(site.path(set, 'key.age.partial-0123456789ab'), 'age-encryption.org/v1');

    expect(await site.backups.rotateKey(rotation)).toEqual({ rotated: [first, second] });

    for (const id of [first, second]) {
      expect(await keyIdOf(id)).toBe(next.id);
      await verify(id, next);
    }
    expect(await keysOf(site, set)).toEqual(keys);
  });

  it('are rotated as far as they can be when the key of a backup is gone', async () => {
    const old = await makeKey();
    const next = await makeKey();
    const shredded = await backUp(old);
    const whole = await backUp(old);
    await rm(site.path(await site.setOf(shredded), 'key.age'));

    const error = await failureOf(() =>
      site.backups.rotateKey({ from: old.id, to: next.id, identityFile: old.file.path }),
    );

    expect(error.message).toContain(`1 backups were rotated and 1 could not be: Backup ${String(shredded)}:`);
    expect([await keyIdOf(shredded), await keyIdOf(whole)]).toEqual([old.id, next.id]);
  });

  it('are not rotated without the identity of the old one', async () => {
    const old = await makeKey();
    const next = await makeKey();
    const path = site.path(await site.setOf(await backUp(old)), 'key.age');
    const before = await readFile(path);

    const error = await failureOf(() =>
      site.backups.rotateKey({ from: old.id, to: next.id, identityFile: next.file.path }),
    );

    expect(error.code).toBe('identity_wrong');
    expect(await readFile(path)).toEqual(before);
  });

  it('that are retired take no new backups, and open the old ones', async () => {
    const key = await makeKey();
    const id = await backUp(key);

    expect(await site.backups.retireKey(key.label)).toMatchObject({ backups: 1 });

    const { message, code } = await failureOf(() => backUp(key));
    const today = new Date().toISOString().slice(0, 10);
    expect({ message, code }).toEqual({
      message: `The key ${String(key.id)} (${key.label}) was retired on ${today} and no longer takes new backups: choose another with --key or encryption.key; backup:key list shows them.`,
      code: 'key_retired',
    });
    expect(await failureOf(() => site.backups.retireKey(key.id))).toMatchObject({ code: 'key_retired' });
    await verify(id, key);
  });

  it('of several recipients are opened by each identity', async () => {
    const [one, two] = [await folder.make('one'), await folder.make('two')];
    await site.backups.addKey({ label: 'both', recipients: [one.recipient, two.recipient] });
    const id = await site.backups.createBackup('database', { key: 'both' });

    await site.backups.verifyBackup(id, 'full', { identityFile: one.path });
    await site.backups.verifyBackup(id, 'full', { identityFile: two.path });
  });

  it('of the post-quantum kind work alike', async () => {
    const { identity } = await site.backups.generateKey('strong', { postQuantum: true });
    const id = await site.backups.createBackup('database', { key: 'strong' });

    expect(identity.recipient).toMatch(/^age1pq1/);
    await site.withOptions({ encryption: { identities: () => identity.identity } }, (other) =>
      other.backups.verifyBackup(id),
    );
  });

  it('of the options are what backups are encrypted to unless they say otherwise', async () => {
    const { recipient } = await folder.make('configured');
    await site.withOptions({ encryption: { key: [recipient] } }, async ({ backups }) => {
      const keyId = await keyIdOf(await backups.createBackup('database'));
      expect((await backups.listKeys()).find(({ id }) => id === keyId)).toMatchObject({ recipients: [recipient] });
      expect(await backups.getBackup(await backups.createBackup('database', { encrypt: false }))).toMatchObject({
        encryption: false,
        encryptionKeyId: null,
      });
    });
  });

  it('can be a passphrase', async () => {
    const passphrase = 'correct horse battery staple';
    const id = await site.backups.createBackup('database', { passphrase });
    const verifyWith = (given?: string): Promise<void> => site.backups.verifyBackup(id, 'full', { passphrase: given });

    expect(await site.backups.getBackup(id)).toMatchObject({ encryption: true, encryptionKeyId: null });
    const set = await site.setOf(id);
    expect(await failureOf(() => verifyWith())).toMatchObject({
      code: 'identity_missing',
      message: `${set} is encrypted with a passphrase: add --passphrase to be asked for it, or set encryption.passphrase in the module's options.`,
    });
    expect(await failureOf(() => verifyWith('something else'))).toMatchObject({
      code: 'identity_wrong',
      message: `The passphrase does not open ${set}: try again with the right one.`,
    });
    await verifyWith(passphrase);
  });

  it.each([
    ['a key and none', { key: 'any', encrypt: false }, /^A backup is encrypted to a key, with a passphrase, or not/],
    ['a key and a passphrase', { key: 'any', passphrase: 'x' }, /^A backup is encrypted to a key, with a passphrase/],
    ['an empty passphrase', { passphrase: '' }, /^The passphrase is empty/],
    ['an unknown key', { key: 'nobody' }, /^There is no key "nobody": see backup:key list/],
    ['a secret key', { key: ['AGE-SECRET-KEY-1QQQ'] }, /^What was given as a recipient is not .* must stay secret/],
  ])('are refused for a backup when they are %s', async (_case, choice, message) => {
    const before = await site.backups.listBackups();
    expect((await failureOf(() => site.backups.createBackup('database', choice))).message).toMatch(message);
    expect(await site.backups.listBackups()).toEqual(before);
  });

  it('are not added with a label or recipients that are taken, or that are none', async () => {
    const key = await makeKey();
    const { recipient } = await folder.make('fresh');
    const before = await site.backups.listKeys();
    const refusal = async (label: string, recipients: string[]): Promise<string> =>
      (await failureOf(() => site.backups.addKey({ label, recipients }))).message;

    expect(await refusal(key.label, [recipient])).toMatch(/^There is a key labelled "key-\d+" already/);
    expect(await refusal('12', [recipient])).toMatch(/^"12" cannot be the label of a key/);
    expect(await refusal('new', [`${recipient}x`])).toMatch(/^"age1\S+" is not an age recipient/);
    expect(await refusal('new', key.recipients.slice())).toMatch(/^The key \d+ \(key-\d+\) has the same recipients/);
    expect(await refusal('new', [])).toMatch(/^A key needs at least one recipient/);
    expect(await site.backups.listKeys()).toEqual(before);
  });

  it('leave no secret in events, logs, the catalog or storage', async () => {
    const seen: unknown[] = [];
    Object.values(BackupEvents).forEach((name) => site.events.on(name, (payload) => seen.push(payload)));
    const key = await makeKey();
    const passphrase = 'wrong horse battery staple';
    const id = await backUp(key);
    await verify(id, key);
    await site.backups.restore(id, { identityFile: key.file.path });
    await failureOf(() => site.backups.verifyBackup(id, 'full', { passphrase }));

    const set = await site.setOf(id);
    const [, setIdentity] = (await openWithAge(key.file.path, site.path(set, 'key.age'))).toString().split('\n');
    const tables = ['history', 'controllers', 'logs', 'restore_log', 'encryption_key'];
    const catalog = await Promise.all(tables.map((table) => site.database.query(`SELECT * FROM backup_${table}`)));
    const paths = (await keysOf(site, set)).map((name) => site.path(set, name));
    const stored = await Promise.all(paths.map((path) => readFile(path, 'latin1')));
    const everything = JSON.stringify([seen, catalog, stored]);
    expect(seen.length).toBeGreaterThan(3);
    const found = [key.file.identity, setIdentity, passphrase].filter((secret) => everything.includes(secret));
    expect(found).toEqual([]);
    expect(/AGE-SECRET-KEY-(?:PQ-)?1/.test(everything)).toBe(false);
  });
});
