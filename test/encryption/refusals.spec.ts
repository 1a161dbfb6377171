import { copyFile, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { CATALOG_TABLES } from '@app/backup';
import { encryptBytes } from '../../libs/backup/src/encryption/age-file.js';
import { generateIdentity } from '../../libs/backup/src/encryption/identities.js';
import { lockSetKey } from '../../libs/backup/src/encryption/set-key.js';
import { expectRefusal } from '../support/bad-input-refusal.js';
import type { Site } from '../support/bad-input-site.js';
import { createKeyFolder, openEncryptedSite, openWithAge, type KeyFile, type KeyFolder } from './encrypted-site.js';

jest.setTimeout(30_000);

const RESTORE_ANOTHER = 'restore another backup and run backup:verify on the rest.';

describe('An encrypted backup is refused, and nothing is written,', () => {
  let keys: KeyFolder;
  let owner: KeyFile;
  let stranger: KeyFile;
  let site: Site;
  let id: number;
  let set: string;
  let orders: string;

  beforeAll(async () => {
    keys = await createKeyFolder();
    owner = await keys.make('owner');
    stranger = await keys.make('stranger');
    site = await openEncryptedSite(owner);
    orders = `database/${site.database.name}/orders.00001.sql.zst.age`;
  });

  afterAll(async () => {
    await site.close();
    await keys.remove();
  });

  beforeEach(async () => {
    id = await site.backups.createBackup('database');
    set = await site.setOf(id);
  });

  /** Puts another byte, which is a letter, in place of one in a file of the set. */
  async function change(key: string, place: (bytes: Buffer) => number): Promise<void> {
    const bytes = await readFile(site.path(set, key));
    const at = place(bytes);
    bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41;
    await writeFile(site.path(set, key), bytes);
  }

  const lostOrders = (): string =>
    `Lost: ${site.database.name}.orders. The other ${String(2 + CATALOG_TABLES.length)} tables are whole, and can be restored with --table.`;

  const keyName = async (): Promise<string> => {
    const [{ id: keyId, label }] = await site.backups.listKeys();
    return `key ${String(keyId)} (${label}), ${owner.recipient}`;
  };

  it('without an identity', () =>
    site.withOptions({ encryption: {} }, (other) =>
      expectRefusal(other, () => other.backups.restore(id), {
        code: 'identity_missing',
        message: `${set} is encrypted and there is no identity to open it with: name a file with --identity or BACKUP_IDENTITY_FILE, or set encryption.identities in the module's options.`,
        recorded: 'nothing',
      }),
    ));

  it('with the wrong identity', async () => {
    await expectRefusal(site, () => site.backups.restore(id, { identityFile: stranger.path }), {
      code: 'identity_wrong',
      message: `None of the identities at hand opens ${set}: give the one that belongs to ${await keyName()}.`,
      recorded: 'nothing',
    });
  });

  it.each<[string, (bytes: Buffer) => number, string]>([
    [
      'the stanza',
      (bytes) => bytes.indexOf('\n', bytes.indexOf('-> X25519')) + 3,
      'was encrypted for another set, or has an altered header',
    ],
    ['the MAC', (bytes) => bytes.indexOf('--- ') + 6, 'has an altered header'],
    ['the nonce', (bytes) => bytes.indexOf('\n', bytes.indexOf('--- ')) + 3, 'has changed since it was written'],
    ['the payload', (bytes) => bytes.length - 40, 'has changed since it was written'],
    ['the last tag', (bytes) => bytes.length - 1, 'has changed since it was written'],
  ])('when %s of an object was changed', async (_part, place, reason) => {
    await change(orders, place);
    await expectRefusal(site, () => site.backups.restore(id), {
      code: 'damaged',
      message: `${set} is damaged: object ${orders} ${reason}; ${RESTORE_ANOTHER}`,
      recorded: 'restore',
    });
  });

  it('when an object is that of another set', async () => {
    const other = await site.setOf(await site.backups.createBackup('database'));
    await copyFile(site.path(other, orders), site.path(set, orders));
    await expectRefusal(site, () => site.backups.verifyBackup(id), {
      code: 'damaged',
      message: `${set} is damaged: object ${orders} was encrypted for another set, or has an altered header; ${RESTORE_ANOTHER} ${lostOrders()}`,
      recorded: 'verification',
    });
  });

  it('when two objects of the set have changed places', async () => {
    const customers = orders.replace('orders', 'customers');
    await rename(site.path(set, orders), site.path(set, 'between'));
    await rename(site.path(set, customers), site.path(set, orders));
    await rename(site.path(set, 'between'), site.path(set, customers));
    await expect(site.backups.verifyBackup(id)).rejects.toMatchObject({ code: 'damaged' });
  });

  it('when an object is cut off', async () => {
    const { size } = await stat(site.path(set, orders));
    await truncate(site.path(set, orders), size - 20);
    await expectRefusal(site, () => site.backups.verifyBackup(id), {
      code: 'damaged',
      message: `${set} is damaged: object ${orders} is ${String(size - 20)} bytes long instead of ${String(size)}; ${RESTORE_ANOTHER} ${lostOrders()}`,
      recorded: 'verification',
    });
  });

  it.each<[string, () => Promise<void>]>([
    ['an object is cut off', () => truncate(site.path(set, orders), 100)],
    ['an object is gone', () => rm(site.path(set, orders))],
  ])('by a quick verification without a key when %s', async (_case, damage) => {
    await damage();
    await site.withOptions({ encryption: {} }, (other) =>
      expect(other.backups.verifyBackup(id, 'quick')).rejects.toMatchObject({
        code: 'damaged',
        message: expect.stringContaining(`${set} is damaged: its objects hold`),
      }),
    );
  });

  it('when the manifest was altered', async () => {
    await change('manifest.json.age', (bytes) => bytes.length - 1);
    await expectRefusal(site, () => site.backups.restore(id), {
      code: 'damaged',
      message: `The manifest of ${set} is not the one recorded in the catalog: it was altered or damaged; restore another backup, or pass --trust-storage if you know why.`,
      recorded: 'nothing',
    });
    await expectRefusal(site, () => site.backups.restore(id, { trustStorage: true }), {
      code: 'damaged',
      message: `The manifest of ${set} cannot be read (it was altered): it is damaged; restore another backup.`,
      recorded: 'nothing',
    });
  });

  it('when an unencrypted manifest stands in its place, even if the storage is trusted', async () => {
    await writeFile(site.path(set, 'manifest.json'), '{}');
    await rm(site.path(set, 'manifest.json.age'));
    await expectRefusal(site, () => site.backups.restore(id, { trustStorage: true }), {
      code: 'damaged',
      message: `${set} was encrypted, and ${site.storageUrl} has an unencrypted manifest in its place: somebody put it there; restore another backup, and find out who writes to that storage.`,
      recorded: 'nothing',
    });
  });

  it('when it is imported with an unencrypted manifest beside it', async () => {
    await site.database.query(`DELETE FROM backup_history WHERE id = ${String(id)}`);
    await writeFile(site.path(set, 'manifest.json'), '{}');
    await expectRefusal(site, () => site.backups.importSets({ names: [set] }), {
      code: 'damaged',
      message: `${set} has an unencrypted manifest beside what an encrypted set consists of: somebody put one of them there; find out who writes to that storage.`,
      recorded: 'nothing',
    });
    await rm(site.path(set), { recursive: true });
  });

  it('when somebody who knows the public key has put a set of their own in its place', async () => {
    const forged = await generateIdentity(false);
    const plain = await openWithAge(await setKeyFile(), site.path(set, 'manifest.json.age'));
    await writeFile(
      site.path(set, 'key.age'),
      await lockSetKey(set, forged.identity, { recipients: [owner.recipient] }),
    );
    await writeFile(site.path(set, 'manifest.json.age'), await encryptBytes([forged.recipient], plain));
    await expectRefusal(site, () => site.backups.restore(id), {
      code: 'damaged',
      message: `The manifest of ${set} is not the one recorded in the catalog: it was altered or damaged; restore another backup, or pass --trust-storage if you know why.`,
      recorded: 'nothing',
    });
  });

  it('when its key is that of another set', async () => {
    const other = await site.setOf(await site.backups.createBackup('database'));
    await copyFile(site.path(other, 'key.age'), site.path(set, 'key.age'));
    await expectRefusal(site, () => site.backups.restore(id), {
      code: 'damaged',
      message: `The key.age of ${set} belongs to ${other}: bring it back from a copy of the storage, or restore another backup.`,
      recorded: 'nothing',
    });
  });

  it('when its key is gone: it is shredded', async () => {
    await rm(site.path(set, 'key.age'));
    await expectRefusal(site, () => site.backups.restore(id), {
      code: 'damaged',
      message: `${set} has no key.age any more: without it nobody can open the set; bring it back from a copy of the storage, or restore another backup.`,
      recorded: 'nothing',
    });
  });

  it('when its key was cut off', async () => {
    await truncate(site.path(set, 'key.age'), 60);
    await expectRefusal(site, () => site.backups.restore(id), {
      code: 'damaged',
      message: `The key.age of ${set} is cut off: bring it back from a copy of the storage, or restore another backup.`,
      recorded: 'nothing',
    });
  });

  async function setKeyFile(): Promise<string> {
    const path = `${keys.path}/set.key`;
    await writeFile(path, await openWithAge(owner.path, site.path(set, 'key.age')), { mode: 0o600 });
    return path;
  }
});
