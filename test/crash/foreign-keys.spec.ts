import { createBackupApp, type BackupApp } from '../support/bad-input-app.js';
import { foreignKeyLines } from '../support/crash-fingerprint.js';
import { createCrashSite, leftovers, scratchSchemas, type CrashSite } from '../support/crash-site.js';

const REFUSED = /foreign key constraint fails/;

jest.setTimeout(60_000);

describe('foreign keys between what is restored and what stays', () => {
  let site: CrashSite;
  let app: BackupApp;
  let other: string;

  beforeEach(async () => {
    site = await createCrashSite();
    other = `${site.name}_other`;
    await run(
      `CREATE DATABASE ${other} CHARACTER SET utf8mb4`,
      'CREATE TABLE customers (id int PRIMARY KEY, name varchar(50))',
      'CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL, CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES customers (id))',
      'CREATE TABLE items (id int PRIMARY KEY, `order` int, CONSTRAINT `of``order` FOREIGN KEY (`order`) REFERENCES orders (id) ON DELETE CASCADE ON UPDATE SET NULL)',
      `CREATE TABLE ${other}.invoices (id int PRIMARY KEY, \`order\` int, CONSTRAINT of_invoice FOREIGN KEY (\`order\`) REFERENCES ${site.name}.orders (id))`,
      `ALTER TABLE customers ADD COLUMN invoice int, ADD CONSTRAINT latest FOREIGN KEY (invoice) REFERENCES ${other}.invoices (id)`,
      "INSERT INTO customers VALUES (1, 'one', NULL), (2, 'two', NULL)",
      'INSERT INTO orders VALUES (10, 1), (20, 2)',
      'INSERT INTO items VALUES (100, 10), (200, 20)',
      `INSERT INTO ${other}.invoices VALUES (1, 10), (2, 20)`,
      'UPDATE customers SET invoice = id',
    );
    const { databaseUrl: url, storageFolder } = site.environment;
    app = await createBackupApp({ url, storageFolder, threads: 2, undoHours: 0, databases: [other] });
  });

  afterEach(async () => {
    await app.close();
    await site.remove();
  });

  async function run(...statements: string[]): Promise<void> {
    for (const statement of statements) {
      await site.query(statement);
    }
  }

  async function keys(): Promise<unknown> {
    const query = site.query;
    return [await foreignKeyLines(query, site.name), await foreignKeyLines(query, other)];
  }

  async function state(): Promise<unknown> {
    const names = ['customers', 'orders', 'items', `${other}.invoices`];
    const definitions = [];
    for (const name of names) {
      definitions.push(
        ...(await site.query(`SHOW CREATE TABLE ${name}`)),
        ...(await site.query(`CHECKSUM TABLE ${name}`)),
      );
    }
    return [definitions, await keys()];
  }

  /** What is put aside must not be in the way of rows that stay. */
  async function keysOfUndoSchemas(): Promise<unknown> {
    return site.query(
      `SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME FROM information_schema.KEY_COLUMN_USAGE
        WHERE REFERENCED_TABLE_SCHEMA IN (?) AND TABLE_SCHEMA IN (?)`,
      [[site.name, other], await scratchSchemas(site)],
    );
  }

  it.each<[string, { readonly databases?: readonly string[]; readonly tables?: readonly string[] }]>([
    ['a table that others refer to', { databases: ['SITE'], tables: ['orders'] }],
    ['a table that refers to others', { databases: ['SITE'], tables: ['items', 'customers'] }],
    ['a table of another database', { databases: ['OTHER'], tables: ['invoices'] }],
    ['a whole database that another one refers to', { databases: ['SITE'] }],
    ['two databases that refer to each other', {}],
  ])('refer to the live tables after %s was restored, undone, and its undo let go', async (_what, scope) => {
    const databases = scope.databases?.map((name) => (name === 'SITE' ? site.name : other));
    const id = await app.backups.createBackup('database');
    const keysBefore = await keys();
    await run("UPDATE customers SET name = 'later'", 'DELETE FROM items WHERE id = 200');
    const before = await state();

    await app.backups.restore(id, { ...scope, databases });
    expect(await keys()).toEqual(keysBefore);
    expect(await keysOfUndoSchemas()).toEqual([]);

    await app.backups.undoRestore(id);
    expect(await state()).toEqual(before);
    expect(await leftovers(site)).toEqual([]);

    await app.backups.restore(id, { ...scope, databases });
    const { undoSchemas } = await app.backups.cleanupExpired();
    expect(undoSchemas).toHaveLength(databases?.length ?? 2);
    expect(await keys()).toEqual(keysBefore);
    expect(await leftovers(site)).toEqual([]);

    await expect(run('INSERT INTO orders VALUES (30, 9)')).rejects.toThrow(REFUSED);
    await expect(run('INSERT INTO items VALUES (300, 9)')).rejects.toThrow(REFUSED);
    await expect(run(`INSERT INTO ${other}.invoices VALUES (3, 9)`)).rejects.toThrow(REFUSED);
    await expect(run('UPDATE customers SET invoice = 9')).rejects.toThrow(REFUSED);
    await expect(run('DELETE FROM customers WHERE id = 1')).rejects.toThrow(REFUSED);
    await run(
      "INSERT INTO customers VALUES (3, 'three', NULL)",
      'INSERT INTO orders VALUES (30, 3)',
      'INSERT INTO items VALUES (300, 30)',
      `INSERT INTO ${other}.invoices VALUES (3, 30)`,
      'UPDATE customers SET invoice = 3 WHERE id = 3',
    );
    await run('UPDATE customers SET invoice = NULL WHERE id = 3', `DELETE FROM ${other}.invoices WHERE id = 3`);
    // the cascade finds the item
    await run('DELETE FROM orders WHERE id = 30', 'DELETE FROM customers WHERE id = 3');
    expect(await site.query('SELECT id FROM items WHERE id = 300')).toEqual([]);
  });

  it('do not let replaced rows keep rows of other tables from being changed', async () => {
    const id = await app.backups.createBackup('database');
    await run("INSERT INTO customers VALUES (3, 'three', NULL)", 'INSERT INTO orders VALUES (30, 3)');
    await app.backups.restore(id, { databases: [site.name], tables: ['orders'] });
    // order 30 is in the undo schema only
    await run('DELETE FROM customers WHERE id = 3');
    expect(await site.query('SELECT COUNT(*) AS number FROM customers')).toEqual([{ number: 2 }]);
  });

  it('do not let staged rows keep live rows from being changed', async () => {
    const id = await app.backups.createBackup('database');
    await run('DELETE FROM items', `UPDATE customers SET invoice = NULL`, `DELETE FROM ${other}.invoices`);
    let deleted = false;
    app.events.once('restore.staged', () => {
      void run('DELETE FROM orders').then(() => (deleted = true));
    });
    await app.backups.restore(id, { databases: [other] });
    await site.query('DO 1');
    expect(deleted).toBe(true);
  });

  it('that were made or dropped after the restore are as they were made when it is undone', async () => {
    const id = await app.backups.createBackup('database');
    await app.backups.restore(id, { databases: [site.name], tables: ['orders'] });
    await run(
      'CREATE TABLE parcels (id int PRIMARY KEY, `order` int, CONSTRAINT of_parcel FOREIGN KEY (`order`) REFERENCES orders (id))',
      'ALTER TABLE items DROP FOREIGN KEY `of``order`',
    );
    const keysBefore = await keys();
    await app.backups.undoRestore(id);
    expect(await keys()).toEqual(keysBefore);
    await expect(run('INSERT INTO parcels VALUES (1, 99)')).rejects.toThrow(REFUSED);
  });
});
