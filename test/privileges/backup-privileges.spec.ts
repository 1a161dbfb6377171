import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreateBackupOptions } from '@app/backup';
import type { Manifest } from '@app/backup/backup-set/manifest.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { createAccount, type Account } from '../support/bad-input-account.js';
import { failureOf } from '../support/bad-input-refusal.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeEachServer } from '../support/test-server.js';

jest.setTimeout(60_000);

const SHOP = `
  CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(50), secret VARCHAR(50));
  CREATE TABLE orders (id INT PRIMARY KEY);
  CREATE TABLE untransacted (id INT PRIMARY KEY) ENGINE=MyISAM;
  CREATE VIEW sales AS SELECT id FROM orders;
  CREATE TRIGGER fill BEFORE INSERT ON orders FOR EACH ROW SET NEW.id = 1;
  CREATE PROCEDURE sweep () SELECT 1;
  INSERT INTO customers VALUES (1, 'Ada', 'x')`;

/** What reads routines of others, what lets several sessions read, and how a role becomes one that is active. */
const WORDS = {
  MariaDB: { routines: 'SELECT ON `mysql`.`proc`', lock: ['RELOAD'], activeFor: 'FOR' },
  MySQL: { routines: 'SHOW_ROUTINE ON *.*', lock: ['RELOAD', 'BACKUP_ADMIN'], activeFor: 'TO' },
} as const;

describeEachServer('The account that backs up', ({ name: server, url }) => {
  const { routines, lock, activeFor } = WORDS[server];
  let shop: TestDatabase;
  let catalog: TestDatabase;
  let folder: BackupFolder;
  let role: string;
  let db: string;

  beforeAll(async () => {
    shop = await createTestDatabase(undefined, url);
    catalog = await createTestDatabase(undefined, url);
    folder = await createBackupFolder();
    db = `\`${shop.name}\``;
    role = `reader_${shop.name.slice(-12)}`;
    await shop.query(SHOP);
    await shop.query(`CREATE ROLE ${role}`);
    await shop.query(`GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON ${db}.* TO ${role}`);
    await shop.query(`GRANT ${routines} TO ${role}`);
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

  async function withGrants<T>(
    grants: readonly string[],
    options: CreateBackupOptions,
    act: (attempt: Attempt, account: Account) => Promise<T>,
    prepare: (account: Account) => Promise<void> = () => Promise.resolve(),
  ): Promise<T> {
    const account = await createAccount(shop, grants);
    await prepare(account);
    const host = await startModuleHost(catalog.url, { storage: folder.url, connection: account.address });
    const backUp = (): Promise<number> => host.backUp({ databases: [shop.name], ...options });
    try {
      return await act(
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

  it('reads with one session for want of a lock of its own, and with several where it has that', async () => {
    const consistency = (grants: readonly string[]): Promise<string | undefined> =>
      withGrants([`${READ} ON ${db}.*`, routines, ...grants], {}, async ({ manifest }) => {
        const { snapshot, warnings } = await manifest();
        expect(warnings).toEqual([]);
        return snapshot.consistency;
      });
    for (const privilege of lock) {
      const others = lock.filter((each) => each !== privilege).map((each) => `${each} ON *.*`);
      expect([privilege, await consistency(others)]).toEqual([privilege, 'single']);
    }
    expect(await consistency(lock.map((each) => `${each} ON *.*`))).toBe('parallel');
  });

  it('may have its privileges through a role that is active', async () => {
    await withGrants(
      [role],
      {},
      async ({ manifest }) => {
        expect((await manifest()).warnings).toEqual([]);
      },
      (account) => shop.query(`SET DEFAULT ROLE ${role} ${activeFor} ${account.quoted}`).then(() => undefined),
    );
  });

  it('is told of each privilege that hides something, and goes on without that if it may', async () => {
    const hidden = [
      { grant: `TRIGGER ON ${granted()}.*`, what: 'triggers' },
      { grant: `EVENT ON ${granted()}.*`, what: 'events' },
      { grant: routines, what: 'procedures and functions' },
    ];
    const needed = [`SELECT, SHOW VIEW, LOCK TABLES ON ${granted()}.*`, ...hidden.map(({ grant }) => grant)];
    for (const { grant, what } of hidden) {
      const others = needed.filter((each) => each !== grant);
      await withGrants(others, {}, async ({ message }, account) => {
        expect(await message()).toBe(
          `This account cannot see the ${what} of ${shop.name}, if there are any: run GRANT ${grant} TO ${account.granted}; or go on without them with --allow-partial.`,
        );
      });
      await withGrants(others, { allowPartial: true }, async ({ manifest }) => {
        expect((await manifest()).warnings).toEqual([expect.stringContaining(`cannot see the ${what}`)]);
      });
    }
  });

  it('is told to extend the grant that it has, since a second pattern would end the first', async () => {
    const wild = `\`${shop.name.slice(0, -1)}%\`.*`;
    await withGrants([`SELECT, SHOW VIEW, EVENT, LOCK TABLES ON ${wild}`, routines], {}, async (attempt, account) => {
      const message = await attempt.message();
      expect(message).toContain(`run GRANT TRIGGER ON ${wild} TO ${account.granted}; or`);
      await account.grant(`TRIGGER ON ${wild}`);
      expect((await attempt.manifest()).warnings).toEqual([]);
    });
  });

  it('is told of a view or a routine that it sees and may not read', async () => {
    const cases = [
      {
        grants: [`SELECT, TRIGGER, EVENT, LOCK TABLES ON ${db}.*`, routines],
        lacks: `SHOW VIEW ON ${db}.*`,
        what: 'view',
        name: 'sales',
      },
      {
        grants: [`${READ}, EXECUTE ON ${db}.*`],
        lacks: routines,
        what: 'procedure',
        name: 'sweep',
      },
    ];
    for (const { grants, lacks, what, name } of cases) {
      await withGrants(grants, {}, async ({ message }, account) => {
        expect(await message()).toBe(
          `The definition of ${what} ${shop.name}.${name} cannot be read: run GRANT ${lacks} TO ${account.granted}; or go on without it with --allow-partial.`,
        );
      });
    }
  });

  it('is told of a role that it has and that is not active', async () => {
    await withGrants([role], {}, async ({ message }) => {
      expect(await message()).toContain('There is no database');
    });
    await withGrants([role, `SELECT ON ${db}.*`], {}, async ({ message }, account) => {
      expect(await message()).toBe(
        `This account cannot see the triggers, events, procedures and functions of ${shop.name}, if there are any: run GRANT TRIGGER, EVENT ON ${db}.* TO ${account.granted}; GRANT ${routines} TO ${account.granted}; (role \`${role}\`, which it has, is not active: SET DEFAULT ROLE makes it so) or go on without them with --allow-partial.`,
      );
    });
  });

  it('may have its privileges through a pattern', async () => {
    const pattern = `\`${shop.name.slice(0, -4).replaceAll('_', '\\_')}%\``;
    await withGrants([`ALL ON ${pattern}.*`, routines], {}, async ({ manifest }) => {
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
    await withGrants([`SELECT, SHOW VIEW, TRIGGER, EVENT ON ${db}.*`, routines], {}, async ({ message }, account) => {
      expect(await message()).toBe(
        `${shop.name}.untransacted has no transactions, and ${account.shown} may not lock it: run GRANT LOCK TABLES ON ${db}.* TO ${account.granted};`,
      );
    });
  });
});
