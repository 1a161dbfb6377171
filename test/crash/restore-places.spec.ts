import { createBackupApp, type BackupApp } from '../support/bad-input-app.js';
import { applicationLines, type Lines } from '../support/crash-fingerprint.js';
import { createCrashSite, leftovers, scratchSchemas, type CrashSite } from '../support/crash-site.js';

jest.setTimeout(60_000);

describe('a restore into a place that is not as it was', () => {
  let site: CrashSite;
  let app: BackupApp;
  let shop: string;

  beforeEach(async () => {
    site = await createCrashSite();
    shop = `${site.name}_shop`;
    await run(
      `CREATE DATABASE ${shop} CHARACTER SET latin2 COLLATE latin2_croatian_ci`,
      `CREATE TABLE ${shop}.customers (id int PRIMARY KEY, name varchar(50))`,
      `CREATE TABLE ${shop}.orders (id int PRIMARY KEY, customer int, FOREIGN KEY (customer) REFERENCES ${shop}.customers (id))`,
      `CREATE VIEW ${shop}.names AS SELECT name FROM ${shop}.customers`,
      `CREATE TRIGGER ${shop}.trimmed BEFORE INSERT ON ${shop}.customers FOR EACH ROW SET NEW.name = TRIM(NEW.name)`,
      `INSERT INTO ${shop}.customers VALUES (1, 'one'), (2, 'two')`,
      `INSERT INTO ${shop}.orders VALUES (10, 1)`,
    );
    const { databaseUrl: url, storageFolder } = site.environment;
    app = await createBackupApp({ url, storageFolder, threads: 2, databases: [shop] });
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

  const linesOf = (database: string): Promise<Lines> => applicationLines(site.query, database);

  async function exists(database: string): Promise<boolean> {
    const found = await site.query('SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?', [database]);
    return found.length > 0;
  }

  /** Backs up, makes the changes, restores, and takes the restore back. */
  async function expectThereAndBack(...changes: string[]): Promise<void> {
    const restored = await linesOf(shop);
    const id = await app.backups.createBackup('database', { databases: [shop] });
    await run(...changes);
    const before = await linesOf(shop);
    await app.backups.restore(id);
    expect(await linesOf(shop)).toEqual(restored);
    await app.backups.undoRestore(id);
    expect(await linesOf(shop)).toEqual(before);
    expect(await leftovers(site)).toEqual([]);
  }

  it('makes a database that is missing, and its undo takes it away again', async () => {
    const before = await linesOf(shop);
    const id = await app.backups.createBackup('database', { databases: [shop] });
    await run(`DROP DATABASE ${shop}`);
    await app.backups.restore(id);
    expect(await linesOf(shop)).toEqual(before);
    await app.backups.undoRestore(id);
    expect(await exists(shop)).toBe(false);
    expect(await leftovers(site)).toEqual([]);
  });

  it('makes a copy under a new name, and its undo takes it away again', async () => {
    const copy = `${shop}_copy`;
    const before = await linesOf(shop);
    const id = await app.backups.createBackup('database', { databases: [shop] });
    await app.backups.restore(id, { databases: [`${shop}=${copy}`] });
    expect(await site.query(`SELECT * FROM ${copy}.names`)).toEqual([{ name: 'one' }, { name: 'two' }]);
    await expect(run(`INSERT INTO ${copy}.orders VALUES (20, 9)`)).rejects.toThrow('foreign key constraint fails');
    await run(`INSERT INTO ${copy}.customers VALUES (3, ' three ')`);
    expect(await site.query(`SELECT name FROM ${copy}.customers WHERE id = 3`)).toEqual([{ name: 'three' }]);
    expect(await linesOf(shop)).toEqual(before);
    await app.backups.undoRestore(id);
    expect(await exists(copy)).toBe(false);
    expect(await linesOf(shop)).toEqual(before);
    expect(await leftovers(site)).toEqual([]);
  });

  it('replaces the tables of an existing database under another name, keeps its others, and its undo brings them back', async () => {
    const target = `${shop}_old`;
    await run(
      `CREATE DATABASE ${target} CHARACTER SET latin1`,
      `CREATE TABLE ${target}.customers (id int PRIMARY KEY) ENGINE=MyISAM`,
      `INSERT INTO ${target}.customers VALUES (7)`,
      `CREATE TABLE ${target}.stays (id int PRIMARY KEY)`,
      `CREATE TRIGGER ${target}.counted BEFORE INSERT ON ${target}.customers FOR EACH ROW SET @inserted = 1`,
      `CREATE VIEW ${target}.names AS SELECT id AS name FROM ${target}.stays`,
    );
    const before = await linesOf(target);
    const id = await app.backups.createBackup('database', { databases: [shop] });
    await app.backups.restore(id, { databases: [`${shop}=${target}`] });
    expect(await site.query(`SELECT * FROM ${target}.names`)).toEqual([{ name: 'one' }, { name: 'two' }]);
    expect(await linesOf(target)).toMatchObject({ 'TABLE stays': before['TABLE stays'] });
    await app.backups.undoRestore(id);
    expect(await linesOf(target)).toEqual(before);
    expect(await leftovers(site)).toEqual([]);
  });

  it('puts a table in the place of a view, and a view in the place of a table; its undo does the opposite', async () => {
    await expectThereAndBack(
      `DROP VIEW ${shop}.names`,
      `CREATE TABLE ${shop}.names (id int PRIMARY KEY)`,
      `CREATE TRIGGER ${shop}.in_the_way BEFORE INSERT ON ${shop}.names FOR EACH ROW SET NEW.id = 1`,
      `DROP TABLE ${shop}.orders`,
      `CREATE VIEW ${shop}.orders AS SELECT id, name FROM ${shop}.customers`,
    );
  });

  it('copes with views that a dropped table broke, and its undo breaks them again', () =>
    expectThereAndBack(`DROP TABLE ${shop}.orders, ${shop}.customers`));

  it('undoes although the application has dropped a restored table and put a trigger on another one', async () => {
    const id = await app.backups.createBackup('database', { databases: [shop] });
    await run(`UPDATE ${shop}.customers SET name = 'later'`);
    const before = await linesOf(shop);
    await app.backups.restore(id);
    await run(
      `DROP TABLE ${shop}.orders`,
      `CREATE TRIGGER ${shop}.new BEFORE UPDATE ON ${shop}.customers FOR EACH ROW SET NEW.name = 'new'`,
    );
    await app.backups.undoRestore(id);
    expect(await linesOf(shop)).toEqual(before);
    expect(await leftovers(site)).toEqual([]);
  });

  it('in place makes a safety backup first, which brings the state before back', async () => {
    const id = await app.backups.createBackup('database', { databases: [shop] });
    const restored = await linesOf(shop);
    await run(
      `UPDATE ${shop}.customers SET name = 'later'`,
      `INSERT INTO ${shop}.customers VALUES (3, 'three')`,
      `CREATE TABLE ${shop}.stays (id int PRIMARY KEY)`,
    );
    const before = await linesOf(shop);
    await app.backups.restore(id, { inPlace: true });
    const { 'TABLE stays': _definition, [`rows ${shop}.stays`]: _rows, ...rest } = await linesOf(shop);
    expect(rest).toEqual(restored);
    expect(await scratchSchemas(site)).toEqual([]);

    const [safety] = await app.backups.listBackups();
    expect(safety).toMatchObject({
      status: 'completed',
      notes: `Safety backup before restoring backup ${String(id)} in place`,
    });
    await app.backups.restore(safety.id);
    expect(await linesOf(shop)).toEqual(before);
  });
});
