import type { ServerAddress } from '@app/backup';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { createAccount, type Account } from '../support/bad-input-account.js';
import { failureOf } from '../support/bad-input-refusal.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

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

describe('The account that restores', () => {
  let shop: TestDatabase;
  let catalog: TestDatabase;
  let folder: BackupFolder;
  let admin: ModuleHost;
  let account: Account;
  let id: number;
  /** What an account needs for everything, by where. */
  let needed: Record<string, string[]>;

  beforeAll(async () => {
    shop = await createTestDatabase();
    catalog = await createTestDatabase();
    folder = await createBackupFolder();
    for (const statement of SHOP) await shop.query(statement);
    admin = await startModuleHost(catalog.url, { storage: folder.url, databases: [shop.name] });
    id = await admin.backUp({ databases: [shop.name] });
    account = await createAccount(shop, []);
    const name = shop.name.replaceAll('_', '\\_');
    needed = {
      [`\`${name}\`.*`]: [
        ...TABLES,
        'REFERENCES',
        'CREATE VIEW',
        'SHOW VIEW',
        'CREATE ROUTINE',
        'ALTER ROUTINE',
        'TRIGGER',
        'EVENT',
      ],
      [`\`${name}\\_restore\\_%\`.*`]: [...TABLES, 'REFERENCES'],
      [`\`${name}\\_undo\\_%\`.*`]: [...TABLES, 'UPDATE'],
      '*.*': ['SET USER'],
    };
    for (const [place, privileges] of Object.entries(needed))
      await account.grant(`${privileges.join(', ')} ON ${place}`);
    await account.grant('SELECT ON mysql.proc');
  });

  afterAll(async () => {
    await account.drop();
    await admin.app.close();
    await folder.remove();
    await shop.drop();
    await catalog.drop();
  });

  async function as<T>(connection: ServerAddress, act: (host: ModuleHost) => Promise<T>): Promise<T> {
    const host = await startModuleHost(catalog.url, { storage: folder.url, connection });
    try {
      return await act(host);
    } finally {
      await host.app.close();
    }
  }

  it('can restore everything, and undo that, with what the documentation lists', async () => {
    await as(account.address, async ({ backups }) => {
      await shop.query('DELETE FROM orders');
      expect(await backups.restore(id)).toMatchObject({ status: 'completed' });
      expect(await shop.query('SELECT id FROM orders')).toHaveLength(1);
      expect(await backups.undoRestore(id)).toMatchObject({ status: 'undone' });
      expect(await backups.restore(id)).toMatchObject({ status: 'completed' });
    });
  });

  it('is told of each privilege that is missing before anything is written', async () => {
    await as(account.address, async ({ backups }) => {
      for (const [place, privileges] of Object.entries(needed)) {
        for (const privilege of privileges) {
          await account.revoke(`${privilege} ON ${place}`);
          const { backupName } = await backups.getBackup(id);
          const error = await failureOf(() => backups.restore(id));
          await account.grant(`${privilege} ON ${place}`);
          const advice = place.startsWith('*') || !/restore|undo/.test(place) ? '' : ' Or use --in-place.';
          expect(error).toMatchObject({
            code: 'missing_privilege',
            message: `Cannot restore ${backupName}: this account lacks privileges. Run GRANT ${privilege} ON ${place} TO ${account.granted};${advice}`,
          });
        }
      }
    });
  });
});
