import { open, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { CATALOG_TABLES } from '@app/backup';
import { z } from 'zod';
import { expectRefusal, failureOf } from '../support/bad-input-refusal.js';
import { Site } from '../support/bad-input-site.js';

// a machine that is busy with other things
jest.setTimeout(30_000);

const RESTORE_ANOTHER = 'restore another backup and run backup:verify on the rest.';
const NOTHING_LOST = 'No rows are lost: it can still be restored.';

let site: Site;
let backup: number;
let set: string;

beforeAll(async () => {
  site = await Site.open();
});

afterAll(() => site.close());

beforeEach(async () => {
  backup = await site.backups.createBackup('database');
  set = await site.setOf(backup);
  await site.backups.verifyBackup(backup);
});

/** Path below the set of an object of some kind. */
function keyOf(kind: string): string {
  return kind.replace('<db>', site.database.name);
}

/** Changes one bit in the middle of an object, or at a place of the caller's choice. */
async function flipByte(key: string, place?: number): Promise<void> {
  const file = await open(site.path(set, key), 'r+');
  const position = place ?? Math.floor((await file.stat()).size / 2);
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, position);
  buffer[0] ^= 1;
  await file.write(buffer, 0, 1, position);
  await file.close();
}

function lostOrders(): string {
  // the catalog stands in the same database
  return `Lost: ${site.database.name}.orders. The other ${String(2 + CATALOG_TABLES.length)} tables are whole, and can be restored with --table.`;
}

async function isVerified(): Promise<boolean> {
  return (await site.backups.getBackup(backup)).verified;
}

const DATA = 'database/<db>/orders.00001.sql.zst';
const SCHEMA = 'database/<db>/schema.sql.zst';
const SCHEMA_AFTER = 'database/<db>/schema-after.sql.zst';

describe('one flipped byte', () => {
  it('there is no kind of object that these tests forget', async () => {
    const entries = await readdir(site.path(set), { recursive: true, withFileTypes: true });
    const kinds = entries
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name.replace(/^\w+\.0000/, 'data.0000'));
    expect([...new Set(kinds)].sort()).toEqual([
      'README.txt',
      'data.00001.sql.zst',
      'manifest.json',
      'schema-after.sql.zst',
      'schema.sql.zst',
    ]);
  });

  it.each([
    ['a data object', DATA, lostOrders],
    ['schema.sql', SCHEMA, () => NOTHING_LOST],
    ['schema-after.sql', SCHEMA_AFTER, () => NOTHING_LOST],
    ['README.txt', 'README.txt', () => NOTHING_LOST],
  ])('in %s is found by full verification, which says what is lost', async (_kind, kind, lost) => {
    const key = keyOf(kind);
    await flipByte(key);
    await expectRefusal(site, () => site.backups.verifyBackup(backup), {
      code: 'damaged',
      message: `${set} is damaged: object ${key} has changed since it was written; ${RESTORE_ANOTHER} ${lost()}`,
      recorded: 'verification',
    });
    expect(await isVerified()).toBe(false);
  });

  it('in the manifest is found by quick and by full verification', async () => {
    await flipByte('manifest.json');
    for (const level of ['quick', 'full'] as const) {
      await expectRefusal(site, () => site.backups.verifyBackup(backup, level), {
        code: 'damaged',
        message: `The manifest of ${set} is not the one recorded in the catalog: it was altered or damaged; restore another backup, or pass --trust-storage if you know why.`,
        recorded: 'verification',
      });
    }
    expect(await isVerified()).toBe(false);
  });

  it.each([0, 1, 4, 5, 20, -1])('at byte %i of compressed data stops a restore', async (place) => {
    const key = keyOf(DATA);
    const { length } = await readFile(site.path(set, key));
    await flipByte(key, place < 0 ? length + place : place);
    await expectRefusal(site, () => site.backups.restore(backup), {
      code: 'damaged',
      message: `${set} is damaged: object ${key} has changed since it was written; ${RESTORE_ANOTHER}`,
      recorded: 'restore',
    });
  });

  it.each(['INSERT', '(`id`', 'VALUES', "'Ada'", ');\n', 'customers'])(
    'in the %j of uncompressed data stops a restore',
    async (text) => {
      const plain = await site.backups.createBackup('database', { compression: 'none' });
      set = await site.setOf(plain);
      const key = keyOf('database/<db>/customers.00001.sql');
      await flipByte(key, (await readFile(site.path(set, key), 'latin1')).indexOf(text));
      await expectRefusal(site, () => site.backups.restore(plain), {
        code: 'damaged',
        message: `${set} is damaged: object ${key} has changed since it was written; ${RESTORE_ANOTHER}`,
        recorded: 'restore',
      });
    },
  );

  it.each([
    ['schema.sql', SCHEMA],
    ['schema-after.sql', SCHEMA_AFTER],
    ['README.txt', 'README.txt'],
  ])('in %s, which only people need, does not matter to a restore: the manifest has it all', async (_kind, kind) => {
    const { tables } = await site.state();
    await flipByte(keyOf(kind));
    await site.database.query('DELETE FROM orders');
    await site.backups.restore(backup);
    expect((await site.state()).tables).toEqual(tables);
  });

  it('in a data object stops a restore in place before it touches anything', async () => {
    const key = keyOf(DATA);
    await flipByte(key);
    const { tables, objects, schemas } = await site.state();
    const error = await failureOf(() => site.backups.restore(backup, { inPlace: true }));
    expect(error.message).toBe(
      `${set} is damaged: object ${key} has changed since it was written; ${RESTORE_ANOTHER} ${lostOrders()}`,
    );
    expect(await site.state()).toMatchObject({ tables, objects, schemas });
  });
});

describe('a set that is not what was written', () => {
  it('a truncated object is found by quick verification and before a restore writes anything', async () => {
    const key = keyOf(DATA);
    const { length } = await readFile(site.path(set, key));
    await truncate(site.path(set, key), length - 7);
    const message = `${set} is damaged: object ${key} is ${String(length - 7)} bytes long instead of ${String(length)}; ${RESTORE_ANOTHER} ${lostOrders()}`;
    await expectRefusal(site, () => site.backups.verifyBackup(backup, 'quick'), {
      code: 'damaged',
      message,
      recorded: 'verification',
    });
    await expectRefusal(site, () => site.backups.restore(backup), { code: 'damaged', message, recorded: 'restore' });
    expect(await isVerified()).toBe(false);
  });

  it('a restore that trusts the storage is still held to the hashes of the manifest', async () => {
    const key = keyOf(DATA);
    await flipByte(key);
    await expectRefusal(site, () => site.backups.restore(backup, { trustStorage: true }), {
      code: 'damaged',
      message: `${set} is damaged: object ${key} has changed since it was written; ${RESTORE_ANOTHER}`,
      recorded: 'restore',
    });
  });
});

describe('a manifest that was edited', () => {
  async function edit(from: string, to: string): Promise<void> {
    const text = await readFile(site.path(set, 'manifest.json'), 'utf8');
    expect(text.includes(from)).toBe(true);
    await writeFile(site.path(set, 'manifest.json'), text.replace(from, to));
  }

  it('is not the one the catalog knows', async () => {
    await edit('"name": "orders"', '"name": "orders_of_mine"');
    await expectRefusal(site, () => site.backups.restore(backup), {
      code: 'damaged',
      message: `The manifest of ${set} is not the one recorded in the catalog: it was altered or damaged; restore another backup, or pass --trust-storage if you know why.`,
      recorded: 'nothing',
    });
  });

  it('cannot make a restore that trusts the storage accept other rows', async () => {
    await edit('"rows": 200', '"rows": 201');
    await edit('"rows": 200', '"rows": 201');
    await expectRefusal(site, () => site.backups.restore(backup, { trustStorage: true }), {
      code: 'proof_failed',
      message:
        "Table orders did not come back as it was backed up: 200 rows are not the 201 that were backed up; live data was not touched, verify the backup and the server's disk.",
      recorded: 'restore',
    });
  });

  it('cannot lead out of the set', async () => {
    const manifest = z
      .object({ objects: z.array(z.object({ key: z.string() })) })
      .parse(JSON.parse(await readFile(site.path(set, 'manifest.json'), 'utf8')));
    const index = manifest.objects.findIndex(({ key }) => key === keyOf(DATA));
    await edit(`"key": "${keyOf(DATA)}"`, '"key": "../../etc/passwd"');
    await expectRefusal(site, () => site.backups.restore(backup, { trustStorage: true }), {
      code: 'damaged',
      message: `The manifest of ${set} cannot be read (objects.${String(index)}.key: not a name of an object): it is damaged; restore another backup.`,
      recorded: 'nothing',
    });
  });

  it('of a future version asks for an upgrade', async () => {
    await edit('"formatVersion": 1', '"formatVersion": 2');
    const refusal = {
      code: 'format_unsupported',
      message: `${set} has format version 2 and this release reads up to 1: upgrade nestjs-backup to use it.`,
      recorded: 'nothing',
    } as const;
    await expectRefusal(site, () => site.backups.restore(backup, { trustStorage: true }), refusal);
    await site.database.query("UPDATE backup_history SET backup_name = 'forgotten' WHERE id = ?", [backup]);
    await expectRefusal(site, () => site.backups.importSets({ names: [set] }), refusal);
    const { skipped } = await site.backups.importSets();
    expect(skipped).toContainEqual({ name: set, reason: refusal.message });
  });
});
