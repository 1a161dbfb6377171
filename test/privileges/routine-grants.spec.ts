import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { createAccount, type Account } from '../support/bad-input-account.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeEachServer, describeMysql, type TestServer } from '../support/test-server.js';

jest.setTimeout(60_000);

/** A database whose routines somebody may use who may do nothing else there. */
class Site {
  private constructor(
    readonly shop: TestDatabase,
    readonly clerk: Account,
    private readonly catalog: TestDatabase,
    readonly folder: BackupFolder,
    readonly host: ModuleHost,
  ) {}

  static async start({ url }: TestServer): Promise<Site> {
    const shop = await createTestDatabase('shop', url);
    const catalog = await createTestDatabase('catalog', url);
    const folder = await createBackupFolder();
    await shop.query('CREATE TABLE orders (id INT PRIMARY KEY)');
    await shop.query('CREATE PROCEDURE pay () SELECT 1');
    await shop.query('CREATE FUNCTION total () RETURNS INT DETERMINISTIC NO SQL RETURN 1');
    await shop.query('CREATE PROCEDURE unchanged () SELECT 1');
    const clerk = await createAccount(shop, [
      `EXECUTE ON PROCEDURE ${shop.name}.pay`,
      `EXECUTE, ALTER ROUTINE, GRANT OPTION ON FUNCTION ${shop.name}.total`,
      `EXECUTE ON PROCEDURE ${shop.name}.unchanged`,
    ]);
    const host = await startModuleHost(catalog.url, { storage: folder.url, databases: [shop.name] });
    return new Site(shop, clerk, catalog, folder, host);
  }

  backUp(): Promise<number> {
    return this.host.backups.createBackup('database', { databases: [this.shop.name] });
  }

  /** Makes routines that are not the backup's, in a way that keeps what is granted. */
  async change(): Promise<void> {
    await this.shop.query(`ALTER PROCEDURE pay COMMENT 'later'`);
    await this.shop.query(`ALTER FUNCTION total COMMENT 'later'`);
  }

  async comments(): Promise<unknown> {
    const rows = await this.shop.query(
      'SELECT ROUTINE_COMMENT AS comment FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? ORDER BY ROUTINE_NAME',
      [this.shop.name],
    );
    return rows.map(({ comment }) => comment);
  }

  async grants(): Promise<string[]> {
    const rows = await this.shop.query(`SHOW GRANTS FOR ${this.clerk.quoted}`);
    return rows
      .map((row) => String(Object.values(row)[0]))
      .filter((line) => line.includes(this.shop.name))
      .toSorted();
  }

  async as<T>(account: Account, act: (host: ModuleHost) => Promise<T>): Promise<T> {
    const host = await startModuleHost(this.catalog.url, { storage: this.folder.url, connection: account.address });
    try {
      return await act(host);
    } finally {
      await host.app.close();
    }
  }

  async stop(): Promise<void> {
    await this.host.app.close();
    await this.clerk.drop();
    await this.shop.drop();
    await this.catalog.drop();
    await this.folder.remove();
  }
}

describeEachServer('privileges on single routines', (server) => {
  let site: Site;
  let granted: string[];
  let id: number;

  beforeAll(async () => {
    site = await Site.start(server);
    granted = await site.grants();
    id = await site.backUp();
  });

  // there is none when it could not be made
  afterAll(() => (site as Site | undefined)?.stop());

  it('stay when a restore replaces the routines, and when it is undone', async () => {
    expect(granted).toHaveLength(3);
    await site.change();
    expect(await site.host.backups.previewRestore(id)).toMatchObject({ notices: [] });
    await site.host.backups.restore(id);
    expect(await site.comments()).toEqual(['', '', '']);
    expect(await site.grants()).toEqual(granted);

    await site.host.backups.undoRestore(id);
    expect(await site.comments()).toEqual(['later', 'later', '']);
    expect(await site.grants()).toEqual(granted);
  });

  it('stay when a restore is made in place', async () => {
    await site.change();
    await site.host.backups.restore(id, { inPlace: true });
    expect(await site.comments()).toEqual(['', '', '']);
    expect(await site.grants()).toEqual(granted);
  });
});

describeMysql('privileges on single routines that the restoring account', (server) => {
  let site: Site;
  let id: number;
  let restorer: Account;
  let granted: string[];

  beforeAll(async () => {
    site = await Site.start(server);
    granted = await site.grants();
    id = await site.backUp();
    const scratch = site.shop.name.replaceAll('_', '\\_');
    restorer = await createAccount(site.shop, [
      ...['', '\\_restore\\_%', '\\_undo\\_%'].map((suffix) => `ALL ON \`${scratch}${suffix}\`.*`),
      'SHOW_ROUTINE, SET_ANY_DEFINER, SYSTEM_USER ON *.*',
      // MySQL's binary log is on
      'SUPER ON *.*',
    ]);
  });

  afterAll(async () => {
    await restorer.drop();
    await site.stop();
  });

  const restored = (): Promise<{ notices: readonly string[]; warnings: string[] }> =>
    site.as(restorer, async ({ backups }) => {
      const { notices } = await backups.previewRestore(id);
      const { backupid } = await backups.restore(id);
      const log = await backups.getOperationLog(backupid ?? '');
      return { notices, warnings: log.filter(({ loglevel }) => loglevel === 30).map(({ message }) => message) };
    });

  it('may not see are said to go with the routines that change, and those of others stay', async () => {
    await site.change();
    const { notices, warnings } = await restored();
    expect(notices).toEqual([
      `Privileges that accounts have on function total, procedure pay of ${site.shop.name} alone go with them, since they are dropped and made again and this account may not see who has any: run GRANT SELECT ON \`mysql\`.\`procs_priv\` TO ${restorer.granted}; or grant them again afterwards`,
    ]);
    expect(warnings).toEqual(notices);
    expect(await site.grants()).toEqual(granted.filter((line) => line.includes('unchanged')));
  });

  it('may not grant are named as the statements that grant them again', async () => {
    await site.clerk.grant(`EXECUTE ON PROCEDURE ${site.shop.name}.pay`);
    await restorer.grant('SELECT ON mysql.procs_priv');
    await site.change();
    const { notices, warnings } = await restored();
    const statement = `GRANT EXECUTE ON PROCEDURE \`${site.shop.name}\`.\`pay\` TO ${site.clerk.granted}`;
    expect(notices).toEqual([
      `A privilege on one routine alone goes with the routine that is dropped and made again: afterwards run ${statement};`,
    ]);
    expect(warnings).toEqual(notices);
    await site.shop.query(statement);
  });

  it('may not grant are named too when the name of the routine is written otherwise', async () => {
    await site.shop.query('DROP PROCEDURE pay');
    await site.shop.query('CREATE PROCEDURE PAY () SELECT 2');
    await site.clerk.grant(`EXECUTE ON PROCEDURE ${site.shop.name}.PAY`);
    const { notices, warnings } = await restored();
    expect(notices).toEqual([expect.stringMatching(/afterwards run GRANT EXECUTE ON PROCEDURE \S+`pay` TO /i)]);
    expect(warnings).toEqual(notices);
  });
});
