import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CreateBackupOptions } from '@app/backup';
import type { Manifest } from '@app/backup/backup-set/manifest.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { failureOf } from '../support/bad-input-refusal.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeEachServer, mysqlClient } from '../support/test-server.js';

jest.setTimeout(60_000);

const SHOP = `
  CREATE TABLE numbers (seq INT PRIMARY KEY);
  INSERT INTO numbers WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 1000) SELECT n FROM counted;
  CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(50) NOT NULL);
  CREATE TABLE orders (id INT PRIMARY KEY, customer INT NOT NULL, note VARCHAR(400) NOT NULL,
    FOREIGN KEY (customer) REFERENCES customers (id));
  CREATE TABLE log_old (id INT PRIMARY KEY, line TEXT);
  CREATE TABLE log_new (id INT PRIMARY KEY, line TEXT);
  CREATE TABLE pairs (a INT, b VARCHAR(20) COLLATE utf8mb4_bin, filler TEXT, PRIMARY KEY (b, a));
  CREATE TABLE keyless (a INT, filler TEXT);
  CREATE TABLE untransacted (a INT PRIMARY KEY) ENGINE=MyISAM;
  INSERT INTO customers VALUES (1, 'Ada'), (2, 'Барбара'), (3, 'O''Hara; -- (');
  INSERT INTO orders SELECT seq, 1 + seq % 3, REPEAT(CONCAT('n', seq % 7), 60) FROM numbers;
  INSERT INTO log_old VALUES (1, 'old'); INSERT INTO log_new VALUES (1, 'new'), (2, 'newer');
  INSERT INTO pairs SELECT seq, CONCAT('k''\\\\', seq % 3), REPEAT('x', 60) FROM numbers;
  INSERT INTO keyless SELECT seq, REPEAT('y', 60) FROM numbers WHERE seq <= 300;
  INSERT INTO untransacted SELECT seq FROM numbers WHERE seq <= 100;
  DROP TABLE numbers;
  ANALYZE TABLE orders, pairs, keyless;
  CREATE VIEW sales AS SELECT customers.name, COUNT(*) AS number FROM orders JOIN customers ON customers.id = customer GROUP BY 1;
  CREATE TRIGGER mark BEFORE INSERT ON log_new FOR EACH ROW SET NEW.line = UPPER(NEW.line);
  CREATE TRIGGER no_change BEFORE UPDATE ON orders FOR EACH ROW SET NEW.note = OLD.note;
  CREATE FUNCTION twice (n INT) RETURNS INT DETERMINISTIC RETURN n * 2;
  CREATE EVENT sweep ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO DELETE FROM log_new`;

describeEachServer('A backup of chosen tables and rows', ({ name: server, url }) => {
  let shop: TestDatabase;
  let catalog: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;

  beforeAll(async () => {
    shop = await createTestDatabase(undefined, url);
    catalog = await createTestDatabase(undefined, url);
    folder = await createBackupFolder();
    await shop.query(SHOP);
    // small ranges, read by two sessions: conditions meet the bounds of each
    host = await startModuleHost(catalog.url, { storage: folder.url, rangeBytes: 8192 });
  });

  afterAll(async () => {
    await host.app.close();
    await folder.remove();
    await shop.drop();
    await catalog.drop();
  });

  const backUp = (options: CreateBackupOptions): Promise<number> => host.backUp({ databases: [shop.name], ...options });

  const manifestOf = async (id: number): Promise<Manifest> => {
    const { backupName } = await host.backups.getBackup(id);
    return JSON.parse(await readFile(join(folder.path, backupName, 'manifest.json'), 'utf8')) as Manifest;
  };

  const shopOf = async (id: number): Promise<Manifest['databases'][number]> => (await manifestOf(id)).databases[0];

  const namesIn = (objects: readonly { readonly name: string }[]): string[] => objects.map(({ name }) => name);

  const countIn = async (schema: string, table: string, condition = '1'): Promise<number> => {
    const [row] = await shop.query(`SELECT COUNT(*) AS counted FROM \`${schema}\`.${table} WHERE ${condition}`);
    return Number(row.counted);
  };

  const copy = (name: string): string => `${shop.name}_${name}`;

  it('leaves out what is excluded, with its triggers, and says so wherever it is shown', async () => {
    const id = await backUp({ excludeTables: ['log_*', `${shop.name}.keyless`] });

    const { tables, triggers, views, routines, leftOut } = await shopOf(id);
    expect(namesIn(tables)).toEqual(['customers', 'orders', 'pairs', 'untransacted']);
    expect(namesIn(triggers)).toEqual(['no_change']);
    expect([...namesIn(views), ...namesIn(routines)]).toEqual(['sales', 'twice']);
    expect(leftOut).toEqual({ names: ['keyless', 'log_new', 'log_old'], routines: false });
    const { partial } = await host.backups.getBackup(id);
    expect(partial).toEqual([`${shop.name}: left out keyless, log_new, log_old`]);
  });

  it('holds only what is included, without routines and events', async () => {
    const id = await backUp({ includeTables: ['log_*', 'sales'], excludeTables: ['log_old'] });

    const { tables, views, triggers, routines, events, leftOut } = await shopOf(id);
    expect([tables, views, triggers, routines, events].map(namesIn)).toEqual([
      ['log_new'],
      ['sales'],
      ['mark'],
      [],
      [],
    ]);
    expect(leftOut).toMatchObject({ routines: true });
    expect((await host.backups.getBackup(id)).partial?.join()).toMatch(/, routines and events$/);
  });

  it('is whole in the catalog when nothing is left out', async () => {
    expect(await host.backups.getBackup(await backUp({}))).toMatchObject({ partial: null });
  });

  it('keeps chosen rows of any table, in as many ranges as they need, and proves them when they come back', async () => {
    const where = {
      orders: "customer = 1 OR note LIKE 'n6%'",
      pairs: "b = 'k''\\\\1' AND a > 100",
      keyless: 'a <= 50',
      untransacted: 'a % 2',
      customers: "name <> 'O\\'Hara; -- ('",
    };
    const id = await backUp({ where, noDataTables: ['log_*'] });
    await host.backups.verifyBackup(id);

    const { tables } = await shopOf(id);
    const rows: Record<string, number> = { log_new: 0, log_old: 0 };
    for (const [table, condition] of Object.entries(where)) {
      rows[table] = await countIn(shop.name, table, condition);
    }
    expect(Object.fromEntries(tables.map((table) => [table.name, table.rows]))).toEqual(rows);
    expect(tables.find(({ name }) => name === 'orders')).toMatchObject({
      subset: { kind: 'where', condition: where.orders },
    });
    expect(tables.find(({ name }) => name === 'orders')?.ranges.length).toBeGreaterThan(3);

    const { errorMessage, status } = await host.backups.restore(id, { databases: [`${shop.name}=${copy('rows')}`] });
    expect({ errorMessage, status }).toEqual({ errorMessage: null, status: 'completed' });
    for (const [table, count] of Object.entries(rows)) {
      expect({ table, count: await countIn(copy('rows'), table) }).toEqual({ table, count });
    }
  });

  it('does not take the place of whole tables unless that is allowed, and undo brings those back', async () => {
    const id = await backUp({ where: { orders: 'id <= 10' }, noDataTables: ['log_new'] });
    const { backupName } = await host.backups.getBackup(id);

    const { tables } = await host.backups.previewRestore(id);
    expect(tables.filter(({ part }) => part !== null)).toMatchObject([
      { table: 'log_new', rowsNow: 2, rowsAfter: 0, part: 'no rows' },
      { table: 'orders', rowsNow: 1000, rowsAfter: 10, part: 'only rows where id <= 10' },
    ]);
    for (const inPlace of [false, true]) {
      const refused = await failureOf(() => host.backups.restore(id, { inPlace }));
      expect(refused.message).toBe(
        `Cannot restore ${backupName}: it holds no rows of ${shop.name}.log_new, only rows where id <= 10 of ${shop.name}.orders, which would take the place of all rows that are there now; replace them all the same with --allow-partial, or restore other tables with --table, or under another name with --database OLD=NEW.`,
      );
    }
    expect(await countIn(shop.name, 'orders')).toBe(1000);
    const { notes } = (await host.backups.listBackups({ limit: 1 }))[0];
    expect(notes).toBeNull();

    await host.backups.restore(id, { tables: ['customers', 'pairs'] });
    await host.backups.restore(id, { allowPartial: true });
    expect(await countIn(shop.name, 'orders')).toBe(10);
    await host.backups.undoRestore(id);
    expect(await countIn(shop.name, 'orders')).toBe(1000);
  });

  it('is not restored where a view or a foreign key would stand on what it leaves out', async () => {
    const id = await backUp({ excludeTables: ['customers'] });
    const { backupName } = await host.backups.getBackup(id);
    const elsewhere = { databases: [`${shop.name}=${copy('half')}`] };

    expect(await failureOf(() => host.backups.restore(id, elsewhere))).toMatchObject({
      code: 'restore_blocked',
      message: `Cannot restore ${backupName}: view ${copy('half')}.sales stands on customers, which the backup leaves out and the server does not have; make customers first, or restore tables alone with --table '*'.`,
    });
    const tablesOnly = { ...elsewhere, tables: ['*'] };
    expect(await failureOf(() => host.backups.restore(id, tablesOnly))).toMatchObject({
      code: 'restore_blocked',
      message: `Cannot restore ${backupName}: ${copy('half')}.orders has a foreign key to customers, which the backup leaves out and the server does not have: no row could be added; make customers first, or go on with --allow-partial.`,
    });
    await host.backups.restore(id, { ...tablesOnly, allowPartial: true });
    expect(await countIn(copy('half'), 'orders')).toBe(1000);

    // where the table is, the rest comes back around it
    await host.backups.restore(id);
    expect(await countIn(shop.name, 'sales')).toBe(3);
  });

  it.each<[string, CreateBackupOptions, string, string]>([
    [
      'a misspelt table',
      { excludeTables: ['ordres'] },
      'not_found',
      'No table of DB matches "ordres" of excludeTables: check its name; there is DB.orders,',
    ],
    [
      'a pattern without tables',
      { noDataTables: ['tmp_*'] },
      'not_found',
      'No table of DB matches "tmp_*" of noDataTables: check its name; there is',
    ],
    [
      'a table in capitals',
      { includeTables: ['ORDERS'] },
      'not_found',
      'No table of DB matches "ORDERS" of includeTables',
    ],
    [
      'a condition with a syntax error',
      { where: { orders: 'id >' } },
      'invalid_option',
      'The server does not take the condition for DB.orders (You have an error in your SQL syntax',
    ],
    [
      'a condition on another column',
      { where: { orders: 'price > 1' } },
      'invalid_option',
      "The server does not take the condition for DB.orders (Unknown column 'price' in",
    ],
    [
      'a condition with an aggregate',
      { where: { orders: 'MAX(id) = id' } },
      'invalid_option',
      'The server does not take the condition for DB.orders (Invalid use of group function)',
    ],
    [
      'a condition that ends its parenthesis',
      { where: { orders: '0) OR (1' } },
      'invalid_option',
      'The condition for orders closes a parenthesis that it did not open',
    ],
    [
      'a condition with a subquery',
      { where: { orders: 'id IN (SELECT 1)' } },
      'invalid_option',
      'The condition for orders holds a subquery (SELECT)',
    ],
    [
      'a second statement',
      { where: { orders: '1; DROP TABLE orders' } },
      'invalid_option',
      'The condition for orders holds a semicolon outside of quotes',
    ],
    [
      'two kinds of choice for a table',
      { where: { orders: '1' }, noDataTables: ['orders'] },
      'invalid_option',
      'More than one of the given conditions and no-data patterns matches DB.orders',
    ],
  ])('is refused for %s before anything is written', async (_, options, code, start) => {
    const files = await folder.files();
    const { message, ...error } = await failureOf(() => backUp(options));
    expect(error).toMatchObject({ code });
    expect(message).not.toContain('\n');
    expect(message.replaceAll(shop.name, 'DB').slice(0, start.length)).toBe(start);
    expect(await folder.files()).toEqual(files);
  });

  it('keeps its selection in the plan of its operation', async () => {
    const { backupid } = await host.backups.getBackup(
      await backUp({ noDataTables: ['log_new'], where: { orders: 'id = 1' } }),
    );
    const [row] = await catalog.query('SELECT controller FROM backup_controllers WHERE backupid = ?', [backupid]);
    expect(String(row.controller)).toContain(
      JSON.stringify({ include: [], exclude: [], noData: ['log_new'], where: { orders: 'id = 1' } }),
    );
  });

  it('is restored by hand with its README, which says what it lacks', async () => {
    const id = await backUp({ excludeTables: ['customers', 'sales'], where: { log_new: "line = 'NEW' OR\nid = 1" } });
    const { backupName } = await host.backups.getBackup(id);
    const readme = join(folder.path, backupName, 'README.txt');
    const text = await readFile(readme, 'utf8');
    expect(text).toContain(
      [
        '# This set is partial:',
        `#   ${shop.name}.log_new: only rows where line = 'NEW' OR id = 1`,
        `#   ${shop.name}: left out customers, sales`,
        '',
      ].join('\n'),
    );

    const { hostname, port, username, password } = new URL(shop.url);
    const options = join(folder.path, 'client.cnf');
    await writeFile(options, `[client]\nhost=${hostname}\nport=${port}\nuser=${username}\npassword=${password}\n`);
    const client = server === 'MySQL' ? mysqlClient() : 'mariadb';
    const script = text
      .replaceAll(shop.name, copy('hand'))
      .replace(/client\(\) \{ (?:mariadb|mysql) /, `client() { ${client} --defaults-file='${options}' `)
      .replaceAll(`database/${copy('hand')}/`, `database/${shop.name}/`);
    await writeFile(readme, script);
    await promisify(execFile)('bash', ['-eo', 'pipefail', 'README.txt'], { cwd: join(folder.path, backupName) });
    expect(await countIn(copy('hand'), 'log_new')).toBe(1);
    expect(await countIn(copy('hand'), 'orders')).toBe(1000);
  });
});
