import type { ServerAddress } from '@app/backup';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { createAccount, type Account } from '../support/bad-input-account.js';
import { failureOf } from '../support/bad-input-refusal.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeEachServer, describeMysql, type TestServer } from '../support/test-server.js';

jest.setTimeout(60_000);

/** One object of each kind, of an account other than the one that restores. */
const SHOP = [
  'CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(50), KEY by_name (name))',
  'CREATE TABLE orders (id INT PRIMARY KEY, customer INT, FOREIGN KEY (customer) REFERENCES customers (id))',
  "INSERT INTO customers VALUES (1, 'Ada')",
  'INSERT INTO orders VALUES (1, 1)',
  'CREATE VIEW sales AS SELECT customer, COUNT(*) AS number FROM orders GROUP BY customer',
  'CREATE PROCEDURE sweep () SELECT 1',
  'CREATE TRIGGER fill BEFORE INSERT ON orders FOR EACH ROW SET NEW.customer = 1',
  'CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO SELECT 1',
];

const TABLES = ['SELECT', 'INSERT', 'CREATE', 'DROP', 'ALTER'];

/** What is needed to make objects of root, and to read its routines. */
const OF_ROOT = {
  MariaDB: { everywhere: ['SET USER'], scratch: [], readRoutines: 'SELECT ON `mysql`.`proc`' },
  MySQL: {
    everywhere: ['SET_ANY_DEFINER', 'SYSTEM_USER'],
    scratch: ['CREATE VIEW'],
    readRoutines: 'SHOW_ROUTINE ON *.*',
  },
} as const;

class Site {
  private constructor(
    readonly shop: TestDatabase,
    readonly catalog: TestDatabase,
    readonly folder: BackupFolder,
    readonly admin: ModuleHost,
    readonly account: Account,
    /** What an account needs for everything, by where. */
    readonly needed: Readonly<Record<string, readonly string[]>>,
  ) {}

  static async start({ name: server, url }: TestServer): Promise<Site> {
    const shop = await createTestDatabase(undefined, url);
    const catalog = await createTestDatabase(undefined, url);
    const folder = await createBackupFolder();
    for (const statement of SHOP) await shop.query(statement);
    const admin = await startModuleHost(catalog.url, { storage: folder.url, databases: [shop.name] });
    const account = await createAccount(shop, []);
    const name = shop.name.replaceAll('_', '\\_');
    const objects = ['CREATE VIEW', 'SHOW VIEW', 'CREATE ROUTINE', 'ALTER ROUTINE', 'TRIGGER', 'EVENT'];
    const { everywhere, scratch, readRoutines } = OF_ROOT[server];
    const needed = {
      [`\`${name}\`.*`]: [...TABLES, 'REFERENCES', ...objects],
      [`\`${name}\\_restore\\_%\`.*`]: [...TABLES, 'REFERENCES', ...scratch],
      [`\`${name}\\_undo\\_%\`.*`]: [...TABLES, 'UPDATE', ...scratch],
      '*.*': everywhere,
    };
    for (const [place, privileges] of Object.entries(needed)) {
      await account.grant(`${privileges.join(', ')} ON ${place}`);
    }
    await account.grant(readRoutines);
    return new Site(shop, catalog, folder, admin, account, needed);
  }

  async as<T>(connection: ServerAddress, act: (host: ModuleHost) => Promise<T>): Promise<T> {
    const host = await startModuleHost(this.catalog.url, { storage: this.folder.url, connection });
    try {
      return await act(host);
    } finally {
      await host.app.close();
    }
  }

  /** Runs something while the account lacks a privilege. */
  async without<T>(grant: string, act: () => Promise<T>): Promise<T> {
    await this.account.revoke(grant);
    try {
      return await act();
    } finally {
      await this.account.grant(grant);
    }
  }

  async scratchSchemas(): Promise<string[]> {
    const rows = await this.shop.query('SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA');
    return rows.map(({ name }) => String(name)).filter((name) => name.startsWith(`${this.shop.name}_`));
  }

  async stop(): Promise<void> {
    await this.account.drop();
    await this.admin.app.close();
    await this.folder.remove();
    await this.shop.drop();
    await this.catalog.drop();
  }
}

describeEachServer('The account that restores', (server) => {
  let site: Site;
  let id: number;

  beforeAll(async () => {
    site = await Site.start(server);
    id = await site.admin.backUp({ databases: [site.shop.name] });
  });

  afterAll(() => site.stop());

  it('can restore everything, and undo that, with what the documentation lists', async () => {
    await site.as(site.account.address, async ({ backups }) => {
      await site.shop.query('DELETE FROM orders');
      expect(await backups.restore(id)).toMatchObject({ status: 'completed' });
      expect(await site.shop.query('SELECT id FROM orders')).toHaveLength(1);
      expect(await backups.undoRestore(id)).toMatchObject({ status: 'undone' });
      expect(await backups.restore(id)).toMatchObject({ status: 'completed' });
    });
  });

  it('is told of each privilege that is missing before anything is written', async () => {
    const { backupName } = await site.admin.backups.getBackup(id);
    const scratch = await site.scratchSchemas();
    await site.as(site.account.address, async ({ backups }) => {
      for (const [place, privileges] of Object.entries(site.needed)) {
        for (const privilege of privileges) {
          const grant = `${privilege} ON ${place}`;
          const error = await site.without(grant, () => failureOf(() => backups.restore(id)));
          const isForScratch = /restore|undo/.test(place);
          expect(error).toMatchObject({
            code: 'missing_privilege',
            message: `Cannot restore ${backupName}: this account lacks privileges. Run GRANT ${grant} TO ${site.account.granted};${isForScratch ? ' Or use --in-place.' : ''}`,
          });
        }
      }
    });
    expect(await site.scratchSchemas()).toEqual(scratch);
  });

  it('is told of privileges for its tables and for the objects of others at once', async () => {
    const [definer] = OF_ROOT[server.name].everywhere;
    const [tables] = Object.keys(site.needed);
    const error = await site.as(site.account.address, ({ backups }) =>
      site.without(`${definer} ON *.*`, () =>
        site.without(`INSERT ON ${tables}`, () => failureOf(() => backups.restore(id))),
      ),
    );
    expect(error.message).toContain(`GRANT INSERT ON ${tables} TO`);
    expect(error.message).toContain(`GRANT ${definer} ON *.* TO`);
  });

  it('is told of a live routine that it may not read, and that the restore would replace', async () => {
    const { readRoutines } = OF_ROOT[server.name];
    const { backupName } = await site.admin.backups.getBackup(id);
    const tablesOnly = await site.admin.backUp({ databases: [site.shop.name], includeTables: ['customers'] });
    await site.as(site.account.address, ({ backups }) =>
      site.without(readRoutines, async () => {
        expect(await failureOf(() => backups.restore(id))).toMatchObject({
          code: 'not_readable',
          message: `Cannot restore ${backupName}: it would replace something that could not be made again. The definition of procedure ${site.shop.name}.sweep cannot be read: run GRANT ${readRoutines} TO ${site.account.granted}; or restore under another name with --database OLD=NEW.`,
        });
        expect(await backups.restore(tablesOnly)).toMatchObject({ status: 'completed' });
      }),
    );
  });

  it('is told before an undo that it may not make what comes back', async () => {
    const { backupName } = await site.admin.backups.getBackup(id);
    const [definer] = OF_ROOT[server.name].everywhere;
    await site.as(site.account.address, async ({ backups }) => {
      await backups.restore(id);
      const [live, , undo] = Object.keys(site.needed);
      for (const grant of [`${definer} ON *.*`, `TRIGGER ON ${live}`, `INSERT ON ${undo}`]) {
        expect(await site.without(grant, () => failureOf(() => backups.undoRestore(id)))).toMatchObject({
          code: 'missing_privilege',
          message: `Cannot take the restore of ${backupName} back: this account lacks privileges. Run GRANT ${grant} TO ${site.account.granted};`,
        });
        expect(await site.shop.query('SHOW TRIGGERS')).toHaveLength(1);
      }
      expect(await backups.undoRestore(id)).toMatchObject({ status: 'undone' });
    });
  });
});

describeMysql('The account that restores what belongs to an account that is gone', (server) => {
  let site: Site;
  let id: number;

  beforeAll(async () => {
    site = await Site.start(server);
    await site.shop.query('DROP TRIGGER fill');
    await site.shop.query(
      'CREATE DEFINER=nobody@nowhere TRIGGER fill BEFORE INSERT ON orders FOR EACH ROW SET NEW.customer = 1',
    );
    id = await site.admin.backUp({ databases: [site.shop.name] });
  });

  afterAll(() => site.stop());

  const triggers = async (): Promise<unknown[]> =>
    (await site.shop.query('SHOW TRIGGERS')).map(({ Trigger, Definer }) => [Trigger, Definer]);

  it('is told so by the server itself before the restore, without a look at its accounts', async () => {
    const { backupName } = await site.admin.backups.getBackup(id);
    await site.as(site.account.address, async ({ backups }) => {
      for (const inPlace of [false, true]) {
        expect(await failureOf(() => backups.restore(id, { inPlace }))).toMatchObject({
          code: 'missing_privilege',
          message: `Cannot restore ${backupName}: this account lacks privileges. Run GRANT ALLOW_NONEXISTENT_DEFINER ON *.* TO ${site.account.granted};`,
        });
      }
    });
    expect(await site.scratchSchemas()).toEqual([]);
    expect(await site.shop.query("SHOW TABLES LIKE '%definer%'")).toEqual([]);
  });

  it('is told so before a restore that has no such object and replaces one', async () => {
    const tablesOnly = await site.admin.backUp({ databases: [site.shop.name], includeTables: ['customers'] });
    await site.shop.query('DROP TRIGGER fill');
    const bare = await site.admin.backUp({ databases: [site.shop.name], includeTables: ['orders'] });
    await site.shop.query(
      'CREATE DEFINER=nobody@nowhere TRIGGER fill BEFORE INSERT ON orders FOR EACH ROW SET NEW.customer = 1',
    );
    await site.as(site.account.address, async ({ backups }) => {
      expect((await failureOf(() => backups.restore(bare))).message).toContain('GRANT ALLOW_NONEXISTENT_DEFINER');
      expect(await triggers()).toEqual([['fill', 'nobody@nowhere']]);
      expect(await backups.restore(tablesOnly)).toMatchObject({ status: 'completed' });
    });
  });

  it('is told so before an undo, which then does not begin', async () => {
    const grant = 'ALLOW_NONEXISTENT_DEFINER ON *.*';
    await site.account.grant(grant);
    await site.as(site.account.address, async ({ backups }) => {
      await backups.restore(id);
      expect((await site.without(grant, () => failureOf(() => backups.undoRestore(id)))).message).toContain(
        'back: this account lacks privileges. Run GRANT ALLOW_NONEXISTENT_DEFINER',
      );
      expect(await triggers()).toEqual([['fill', 'nobody@nowhere']]);
      expect(await backups.undoRestore(id)).toMatchObject({ status: 'undone' });
    });
    expect(await triggers()).toEqual([['fill', 'nobody@nowhere']]);
  });
});
