import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreateBackupOptions } from '@app/backup';
import type { Manifest } from '@app/backup/backup-set/manifest.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { createAccount, type Account } from '../support/bad-input-account.js';
import { failureOf } from '../support/bad-input-refusal.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

jest.setTimeout(60_000);

const SHOP = `
  CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(50), secret VARCHAR(50));
  CREATE TABLE orders (id INT PRIMARY KEY);
  CREATE TABLE untransacted (id INT PRIMARY KEY) ENGINE=MyISAM;
  CREATE VIEW sales AS SELECT id FROM orders;
  CREATE TRIGGER fill BEFORE INSERT ON orders FOR EACH ROW SET NEW.id = 1;
  CREATE PROCEDURE sweep () SELECT 1;
  INSERT INTO customers VALUES (1, 'Ada', 'x')`;

describe('The account that backs up', () => {
  let shop: TestDatabase;
  let catalog: TestDatabase;
  let folder: BackupFolder;
  let role: string;
  let db: string;

  beforeAll(async () => {
    shop = await createTestDatabase();
    catalog = await createTestDatabase();
    folder = await createBackupFolder();
    db = `\`${shop.name}\``;
    role = `${shop.name}_reader`;
    await shop.query(SHOP);
    await shop.query(`CREATE ROLE ${role}`);
    await shop.query(`GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON ${db}.* TO ${role}`);
    await shop.query(`GRANT SELECT ON mysql.proc TO ${role}`);
  });

  afterAll(async () => {
    await shop.query(`DROP ROLE ${role}`);
    await folder.remove();
    await shop.drop();
    await catalog.drop();
  });

  interface Attempt {
    readonly manifest: () => Promise<Manifest>;
    readonly message: () => Promise<string>;
  }

  async function withGrants(
    grants: readonly string[],
    options: CreateBackupOptions,
    act: (attempt: Attempt, account: Account) => Promise<void>,
    prepare: (account: Account) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const account = await createAccount(shop, grants);
    await prepare(account);
    const host = await startModuleHost(catalog.url, {
      storage: folder.url,
      connection: account.address,
      threads: 2,
    });
    const backUp = (): Promise<number> => host.backUp({ databases: [shop.name], ...options });
    try {
      await act(
        {
          manifest: async () => manifestOf(host, await backUp()),
          message: async () => (await failureOf(backUp)).message,
        },
        account,
      );
    } finally {
      await host.app.close();
      await account.drop();
    }
  }

  async function manifestOf(host: ModuleHost, id: number): Promise<Manifest> {
    const { backupName } = await host.backups.getBackup(id);
    return JSON.parse(await readFile(join(folder.path, backupName, 'manifest.json'), 'utf8')) as Manifest;
  }

  const granted = (): string => db.replaceAll('_', '\\_');

  const READ = 'SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES';

  it('reads with one session for want of RELOAD, and with several where a role gives it', async () => {
    await withGrants(
      [role],
      {},
      async ({ manifest }) => {
        expect((await manifest()).snapshot?.consistency).toBe('single');
      },
      (account) => shop.query(`SET DEFAULT ROLE ${role} FOR ${account.quoted}`).then(() => undefined),
    );
    await withGrants([`${READ} ON ${db}.*`, 'SELECT ON mysql.proc', 'RELOAD ON *.*'], {}, async ({ manifest }) => {
      expect((await manifest()).snapshot?.consistency).toBe('parallel');
    });
  });

  it('is told of a role that it has and that is not active', async () => {
    await withGrants([role], {}, async ({ message }) => {
      expect(await message()).toContain('There is no database');
    });
    await withGrants([role, `SELECT ON ${db}.*`], {}, async ({ message }, account) => {
      expect(await message()).toBe(
        `This account cannot see the triggers, events, procedures and functions of ${shop.name}, if there are any: run GRANT TRIGGER, EVENT ON ${granted()}.* TO ${account.granted}; GRANT SELECT ON \`mysql\`.\`proc\` TO ${account.granted}; (role \`${role}\`, which it has, is not active: SET DEFAULT ROLE makes it so) or go on without them with --allow-partial.`,
      );
    });
  });

  it('may have its privileges through a pattern', async () => {
    const pattern = `\`${shop.name.slice(0, -4).replaceAll('_', '\\_')}%\``;
    await withGrants([`ALL ON ${pattern}.*`, 'SELECT ON mysql.proc'], {}, async ({ manifest }) => {
      expect((await manifest()).warnings).toEqual([]);
    });
  });

  it('is told when it may read only some columns of a table, or leaves that out', async () => {
    const grants = [`SELECT (id, name) ON ${db}.customers`, `SELECT ON ${db}.orders`, `TRIGGER ON ${db}.*`];
    const chosen = { includeTables: ['customers', 'orders'] };
    await withGrants(grants, chosen, async ({ message }, account) => {
      expect(await message()).toBe(
        `This account cannot see the rows of ${shop.name}, if there are any: run GRANT SELECT ON ${db}.\`customers\` TO ${account.granted}; or go on without them with --allow-partial.`,
      );
    });
    await withGrants(grants, { ...chosen, allowPartial: true }, async ({ manifest }) => {
      const { databases, warnings } = await manifest();
      expect(databases[0].tables.map(({ name }) => name)).toEqual(['orders']);
      expect(warnings.at(-1)).toContain(`This account may not read all of ${shop.name}.customers: run GRANT SELECT ON`);
    });
  });

  it('needs no more than SELECT and TRIGGER on tables that are named', async () => {
    const chosen = { includeTables: ['orders'] };
    await withGrants([`SELECT, TRIGGER ON ${db}.orders`], chosen, async ({ manifest }) => {
      const { databases, warnings } = await manifest();
      expect([databases[0].tables, databases[0].triggers].map((each) => each.map(({ name }) => name))).toEqual([
        ['orders'],
        ['fill'],
      ]);
      expect(warnings).toEqual([]);
    });
  });

  it('is told when it may not lock a table without transactions', async () => {
    await withGrants(
      [`SELECT, SHOW VIEW, TRIGGER, EVENT ON ${db}.*`, 'SELECT ON mysql.proc'],
      {},
      async ({ message }, account) => {
        expect(await message()).toBe(
          `${shop.name}.untransacted has no transactions, and ${account.shown} may not lock it: run GRANT LOCK TABLES ON ${granted()}.* TO ${account.granted};`,
        );
      },
    );
  });
});
