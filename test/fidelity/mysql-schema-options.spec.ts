import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { restoreByStockClient } from '../support/stock-client.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeMysql } from '../support/test-server.js';

jest.setTimeout(60_000);

describeMysql('options of a schema', (server) => {
  let shop: TestDatabase;
  let catalog: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;

  beforeAll(async () => {
    catalog = await createTestDatabase('catalog', server.url);
    folder = await createBackupFolder();
    host = await startModuleHost(catalog.url, { storage: folder.url });
  });

  beforeEach(async () => {
    shop = await createTestDatabase('shop', server.url);
    // there is no keyring: nothing can be encrypted
    await shop.query("CREATE TABLE orders (id INT PRIMARY KEY, total INT) ENCRYPTION='N'");
    await shop.query('INSERT INTO orders VALUES (1, 10)');
  });

  afterEach(async () => {
    await shop.query(`ALTER DATABASE ${shop.name} READ ONLY = 0`);
    await shop.drop();
  });

  afterAll(async () => {
    await host.app.close();
    await catalog.drop();
    await folder.remove();
  });

  const backUp = (): Promise<number> => host.backups.createBackup('database', { databases: [shop.name] });
  const schema = async (): Promise<unknown> => {
    const [database] = await shop.query(`SHOW CREATE DATABASE ${shop.name}`);
    const [table] = await shop.query(`SHOW CREATE TABLE ${shop.name}.orders`);
    return [database['Create Database'], table['Create Table']];
  };

  describe('DEFAULT ENCRYPTION', () => {
    const encrypting = [
      expect.stringContaining("DEFAULT ENCRYPTION='Y'"),
      expect.stringContaining("ENCRYPTION='N'"),
    ] as const;

    beforeEach(async () => {
      await shop.query(`ALTER DATABASE ${shop.name} DEFAULT ENCRYPTION 'Y'`);
    });

    it.each([
      ['restored', (id: number) => host.backups.restore(id)],
      [
        'restored by the stock client',
        async (id: number) => restoreByStockClient(folder.path, await host.backups.getBackup(id), server.url),
      ],
    ])('comes back when a dropped schema is %s', async (_, restore) => {
      const id = await backUp();
      await shop.query(`DROP DATABASE ${shop.name}`);
      await restore(id);
      expect(await schema()).toEqual(encrypting);
    });

    it.each([false, true])(
      'comes back when it was changed, and goes again with an undo (in place: %s)',
      async (inPlace) => {
        const id = await backUp();
        await shop.query(`ALTER DATABASE ${shop.name} DEFAULT ENCRYPTION 'N'`);
        const changed = await schema();
        await host.backups.restore(id, { inPlace });
        expect(await schema()).toEqual(encrypting);
        if (!inPlace) {
          await host.backups.undoRestore(id);
          expect(await schema()).toEqual(changed);
        }
      },
    );
  });

  describe('READ ONLY', () => {
    it('is no obstacle to a backup, and a restore says that it does not bring it back', async () => {
      await shop.query(`ALTER DATABASE ${shop.name} READ ONLY = 1`);
      const id = await backUp();
      await shop.query(`ALTER DATABASE ${shop.name} READ ONLY = 0`);
      const { notices } = await host.backups.previewRestore(id);
      expect(notices).toEqual([
        `The database was READ ONLY when it was backed up, and is not when it is restored: afterwards run ALTER DATABASE \`${shop.name}\` READ ONLY = 1;`,
      ]);
      await host.backups.restore(id);
      await shop.query('INSERT INTO orders VALUES (2, 20)');
    });

    it('keeps a restore away before anything is written', async () => {
      const id = await backUp();
      await shop.query(`ALTER DATABASE ${shop.name} READ ONLY = 1`);
      await expect(host.backups.restore(id)).rejects.toMatchObject({
        code: 'restore_blocked',
        message: expect.stringContaining(
          `database ${shop.name} is READ ONLY; run ALTER DATABASE \`${shop.name}\` READ ONLY = 0; or restore under another name`,
        ) as unknown,
      });
    });
  });
});
