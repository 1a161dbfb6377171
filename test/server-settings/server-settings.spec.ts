import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerAddress } from '@app/backup';
import { createConnection, type Connection } from 'mysql2/promise';
import type { ThrowawayServer } from '../../scripts/throwaway-server.js';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { createAccount } from '../support/bad-input-account.js';
import { failureOf } from '../support/bad-input-refusal.js';
import { selfSigned, type SelfSigned } from '../support/certificates.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeEachServer, startOtherServer } from '../support/test-server.js';

jest.setTimeout(120_000);

const SHOP = [
  'CREATE TABLE customers (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50), born DATE, seen TIMESTAMP NOT NULL)',
  'CREATE TABLE orders (id INT PRIMARY KEY, customer INT NOT NULL, note TEXT, FOREIGN KEY (customer) REFERENCES customers (id))',
  'CREATE TABLE keyless (note TEXT)',
  'CREATE TABLE pressed (id INT PRIMARY KEY, note TEXT) ROW_FORMAT=COMPRESSED',
  `INSERT INTO customers VALUES (1, 'O''Hara \\\\ "x"', '0000-00-00', '2026-03-29 02:30:00'), (2, 'Барбара', NULL, NOW())`,
  `INSERT INTO orders WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000)
    SELECT n, 1 + n % 2, REPEAT(CONCAT('\\\\', n), 300) FROM numbers`,
  "INSERT INTO keyless VALUES ('a''b\\\\c')",
  "CREATE VIEW sales AS SELECT CONCAT(name, 'x') AS label, COUNT(*) AS number FROM orders JOIN customers ON customers.id = customer GROUP BY 1",
  "CREATE TRIGGER fill BEFORE INSERT ON orders FOR EACH ROW SET NEW.note = CONCAT(NEW.note, 'x')",
  "CREATE FUNCTION hello () RETURNS VARCHAR(20) DETERMINISTIC RETURN CONCAT('a', 'b')",
  // together longer than a small packet
  ...['first', 'second', 'third'].map((name) => `CREATE PROCEDURE ${name} () SELECT 1 /* ${'é語"'.repeat(16_000)} */`),
];

type Settings = Readonly<Record<string, string>>;

const ANOTHER_DIALECT: Settings = {
  sql_mode: "'ANSI_QUOTES,STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,NO_ZERO_DATE,NO_ZERO_IN_DATE'",
  max_allowed_packet: String(256 * 1024),
};
const ANOTHER_CHARACTER_SET: Settings = {
  character_set_server: 'latin1',
  init_connect: "'SET NAMES latin1, autocommit=0'",
  time_zone: "'+05:45'",
  autocommit: '0',
  foreign_key_checks: '0',
  unique_checks: '0',
  sql_select_limit: '1',
  sql_safe_updates: '1',
};
const IMPATIENT: Settings = {
  wait_timeout: '1',
  interactive_timeout: '1',
  net_write_timeout: '1',
  net_read_timeout: '1',
  innodb_strict_mode: '1',
  explicit_defaults_for_timestamp: '0',
  local_infile: '0',
};

/** What differs between the servers. */
const WORDS = {
  MariaDB: {
    grants: ['RELOAD, SET USER ON *.*', 'SELECT ON mysql.proc'],
    limits: [
      ['innodb_force_primary_key', 'table keyless has no primary key, and this server makes none without'],
      ['innodb_read_only_compressed', 'table pressed has ROW_FORMAT=COMPRESSED, which this server only reads'],
    ],
    readOnly: ['read_only'],
    refused:
      /^The database server refused \S+: check the user name .*, or set `ssl` where only encrypted ones are taken\.$/,
    /** Settings that an administrator may make for everybody, and with which all must go as without. */
    harmless: [
      ['another dialect, and packets of 256 KB', ANOTHER_DIALECT],
      [
        "Oracle's dialect, a row-based log, transactions that may only read",
        { sql_mode: "'ORACLE'", binlog_format: "'ROW'", tx_read_only: '1' },
      ],
      [
        'another character set, time zone and isolation, and neither autocommit nor checks',
        { ...ANOTHER_CHARACTER_SET, tx_isolation: "'SERIALIZABLE'" },
      ],
      ['timeouts of a second and less, strict tables, no local files', { ...IMPATIENT, max_statement_time: '0.1' }],
    ] satisfies [string, Settings][],
  },
  MySQL: {
    grants: ['RELOAD, BACKUP_ADMIN, SHOW_ROUTINE, SET_ANY_DEFINER, SYSTEM_USER ON *.*'],
    limits: [
      ['sql_require_primary_key', 'table keyless has no primary key, and this server makes none without'],
      ['sql_generate_invisible_primary_key', 'table keyless has no primary key, and this server would give it one'],
    ],
    readOnly: ['read_only', 'super_read_only'],
    refused: /^\S+ takes encrypted connections only: set `ssl` of the data source or of the option connection\.$/,
    harmless: [
      ['another dialect, and packets of 256 KB', ANOTHER_DIALECT],
      [
        'another character set, time zone and isolation, and neither autocommit nor checks',
        { ...ANOTHER_CHARACTER_SET, transaction_isolation: "'SERIALIZABLE'" },
      ],
      [
        'timeouts of a second and less, strict tables, no local files, transactions that may only read',
        {
          ...IMPATIENT,
          max_execution_time: '100',
          transaction_read_only: '1',
          show_gipk_in_create_table_and_information_schema: '0',
        },
      ],
    ] satisfies [string, Settings][],
  },
} as const;

describeEachServer('A server whose administrator has set', (kind) => {
  const words = WORDS[kind.name];
  let server: ThrowawayServer;
  let root: Connection;
  let shop: TestDatabase;
  let catalog: TestDatabase;
  let folder: BackupFolder;
  let certificate: SelfSigned;
  const account = { user: 'operator', password: 'secret' };

  beforeAll(async () => {
    folder = await createBackupFolder();
    certificate = await selfSigned('IP:127.0.0.1');
    const [certificateFile, keyFile] = [join(folder.path, 'server.crt'), join(folder.path, 'server.key')];
    await writeFile(certificateFile, certificate.cert);
    await writeFile(keyFile, certificate.key);
    server = await startOtherServer(kind, [
      '--log-bin',
      '--log-bin-trust-function-creators=1',
      '--lower-case-table-names=1',
      `--ssl-cert=${certificateFile}`,
      `--ssl-key=${keyFile}`,
    ]);
    root = await createConnection(server.url);
    shop = await createTestDatabase('shop', server.url);
    catalog = await createTestDatabase('catalog', server.url);
    for (const statement of [
      "SET sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone='+00:00'",
      `USE ${shop.name}`,
      ...SHOP,
    ]) {
      await root.query(statement);
    }
    // init_connect and read_only are not for accounts that may do everything
    await root.query(`CREATE USER '${account.user}'@'127.0.0.1' IDENTIFIED BY '${account.password}'`);
    for (const name of [shop.name, catalog.name]) {
      await root.query(`GRANT ALL ON \`${name.replace('_', '\\_')}%\`.* TO '${account.user}'@'127.0.0.1'`);
    }
    for (const grant of words.grants) await root.query(`GRANT ${grant} TO '${account.user}'@'127.0.0.1'`);
    // the application's own sessions may be read-only later
    await withHost(() => Promise.resolve());
  });

  afterAll(async () => {
    await root.end();
    await shop.drop();
    await catalog.drop();
    await server.stop();
    await folder.remove();
  });

  async function withSettings<T>(settings: Settings, act: () => Promise<T>): Promise<T> {
    try {
      for (const [name, value] of Object.entries(settings)) await root.query(`SET GLOBAL ${name} = ${value}`);
      return await act();
    } finally {
      for (const name of Object.keys(settings)) await root.query(`SET GLOBAL ${name} = DEFAULT`);
    }
  }

  /** An application of the small account, with connections of its own. */
  async function withHost<T>(act: (host: ModuleHost) => Promise<T>): Promise<T> {
    const url = new URL(catalog.url);
    [url.username, url.password] = [account.user, account.password];
    const host = await startModuleHost(url.href, { storage: folder.url, databases: [shop.name], rangeBytes: 100_000 });
    try {
      return await act(host);
    } finally {
      await host.app.close();
    }
  }

  async function content(): Promise<unknown> {
    const [sums] = await root.query('CHECKSUM TABLE customers, orders, keyless');
    const [creates] = await root.query('SHOW CREATE TABLE customers');
    const [views] = await root.query('SELECT * FROM sales ORDER BY 1');
    const [routines] = await root.query('SHOW CREATE FUNCTION hello');
    const [lengths] = await root.query(
      'SELECT ROUTINE_NAME, LENGTH(ROUTINE_DEFINITION) AS bytes FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY 1',
    );
    const [triggers] = await root.query('SHOW CREATE TRIGGER fill');
    const [{ Created: _made, ...trigger }] = triggers as Record<string, unknown>[];
    return { sums, creates, views, routines, lengths, trigger };
  }

  it.each<[string, Settings]>([...words.harmless])('%s: backs up and restores as any other', async (_, settings) => {
    const before = await content();
    await withSettings(settings, () =>
      withHost(async ({ backUp, backups }) => {
        const id = await backUp({ databases: [shop.name], notes: `it's a \\ "note"` });
        expect(await backups.getBackup(id)).toMatchObject({
          status: 'completed',
          notes: `it's a \\ "note"`,
          partial: null,
        });
        await root.query('DELETE FROM orders');
        await root.query('DROP TABLE keyless');
        expect(await backups.restore(id)).toMatchObject({ status: 'completed' });
      }),
    );
    expect(await content()).toEqual(before);
  });

  it.each(words.limits)('%s: backs up, and names the table that could not be restored', (setting, reason) =>
    withSettings({ [setting]: '1' }, () =>
      withHost(async ({ backUp, backups }) => {
        const id = await backUp({ databases: [shop.name] });
        const { backupName } = await backups.getBackup(id);
        expect((await failureOf(() => backups.restore(id))).message).toBe(
          `Cannot restore ${backupName}: ${reason}; run SET GLOBAL ${setting} = 0 for the time of the restore, or restore other tables with --table.`,
        );
        expect(await backups.restore(id, { tables: ['orders'] })).toMatchObject({ status: 'completed' });
        expect(await backups.undoRestore(id)).toMatchObject({ status: 'undone' });
      }),
    ),
  );

  it('few connections: says in one line that the threads are too many', async () => {
    await withSettings({ max_connections: '10' }, () =>
      withHost(async ({ backUp }) => {
        const { code, message } = await failureOf(() => backUp({ databases: [shop.name], threads: 9 }));
        expect(code).toBe('connection_failed');
        expect(message).toMatch(/^\S+ gets no further session \(Too many connections\): use fewer --threads, or raise/);
        expect(await backUp({ databases: [shop.name], threads: 2 })).toBeGreaterThan(0);
      }),
    );
  });

  it('smaller packets than a statement of the backup: divides it, and names the table when a row does not fit', async () => {
    await root.query('CREATE TABLE wide (body LONGTEXT)');
    const rows = Array.from({ length: 9 }, () => "(REPEAT('x', 100000))").join();
    await root.query(`INSERT INTO wide VALUES ${rows}`);
    try {
      await withHost(async ({ backUp, backups }) => {
        const id = await backUp({ databases: [shop.name] });
        await withSettings({ max_allowed_packet: String(256 * 1024) }, async () => {
          expect(await backups.restore(id)).toMatchObject({ status: 'completed' });
          expect(await shop.query('SELECT body FROM wide')).toHaveLength(9);
        });
      });
      await root.query("UPDATE wide SET body = REPEAT('x', 500000) LIMIT 1");
      const id = await withHost(({ backUp }) => backUp({ databases: [shop.name] }));
      await withSettings({ max_allowed_packet: String(256 * 1024) }, () =>
        withHost(async ({ backUp, backups }) => {
          const files = await folder.files();
          expect((await failureOf(() => backups.restore(id, { tables: ['wide'] }))).message).toMatch(
            /: table wide has a row that needs a statement of 5000\d\d bytes and the server's max_allowed_packet is 262144; raise it with SET GLOBAL/,
          );
          expect((await failureOf(() => backUp({ databases: [shop.name] }))).message).toMatch(/wide/);
          expect(await folder.files()).toEqual(files);
        }),
      );
    } finally {
      await root.query('DROP TABLE wide');
    }
  });

  it.each(words.readOnly)('%s: is backed up to a catalog elsewhere, and refuses a restore', async (setting) => {
    const elsewhere = await createTestDatabase();
    // the one setting lets those in who may do everything
    const { user, password } = setting === 'read_only' ? account : server;
    await withSettings({ read_only: '1', [setting]: '1' }, async () => {
      const host = await startModuleHost(elsewhere.url, {
        storage: folder.url,
        connection: { host: '127.0.0.1', port: server.port, user, password },
      });
      try {
        const id = await host.backUp({ databases: [shop.name] });
        const { backupName } = await host.backups.getBackup(id);
        expect((await failureOf(() => host.backups.restore(id))).message).toBe(
          `Cannot restore ${backupName}: this server is read-only (${setting}), as a replica is; restore on its primary, or end that first.`,
        );
      } finally {
        await host.app.close();
        await elsewhere.drop();
      }
    });
  });

  it('read_only: cannot keep the catalog, and says so in one line', async () => {
    await withHost((host) =>
      withSettings({ read_only: '1' }, async () => {
        const error = await host.backUp({ databases: [shop.name] }).catch((reason: unknown) => reason);
        expect(String(error)).toMatch(/read-only/);
        expect(String(error)).not.toContain('\n');
      }),
    );
  });

  if (kind.name === 'MySQL') {
    it('partial_revokes: takes names for what they are, and names the GRANT that lifts what is revoked', async () => {
      const limited = await createAccount(shop, ['ALL ON *.*']);
      const connection = limited.address;
      try {
        await withSettings({ partial_revokes: '1' }, async () => {
          const host = await startModuleHost(catalog.url, { storage: folder.url, connection });
          try {
            const id = await host.backUp({ databases: [shop.name] });
            expect(await host.backups.restore(id)).toMatchObject({ status: 'completed' });
            await host.backups.undoRestore(id);
            await limited.revoke(`SELECT, TRIGGER ON \`${shop.name}\`.*`);
            expect((await failureOf(() => host.backUp({ databases: [shop.name] }))).message).toContain(
              `run GRANT SELECT, TRIGGER ON \`${shop.name}\`.* TO ${limited.granted};`,
            );
            await limited.grant(`SELECT, TRIGGER ON \`${shop.name}\`.*`);
            await limited.revoke('CREATE ON *.*');
            await limited.grant(`CREATE ON \`${shop.name}\`.*`);
            // no pattern would give it the schemas of staging and undo
            expect((await failureOf(() => host.backups.restore(id))).message).toContain(
              `Run GRANT CREATE ON *.* TO ${limited.granted}; Or use --in-place.`,
            );
          } finally {
            await host.app.close();
            await limited.drop();
          }
        });
      } finally {
        await root.query(`DROP USER IF EXISTS ${limited.quoted}`);
      }
    });

    it('roles that are granted and not active: says which role would do', async () => {
      const role = `${shop.name}_reader`;
      await root.query(`CREATE ROLE ${role}`);
      await root.query(`GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON \`${shop.name}\`.* TO ${role}`);
      await root.query(`GRANT RELOAD, BACKUP_ADMIN, SHOW_ROUTINE ON *.* TO ${role}`);
      const limited = await createAccount(shop, [role, `SELECT ON \`${shop.name}\`.orders`]);
      const host = await startModuleHost(catalog.url, { storage: folder.url, connection: limited.address });
      try {
        expect((await failureOf(() => host.backUp({ databases: [shop.name] }))).message).toContain(
          `(role \`${role}\`, which it has, is not active: SET DEFAULT ROLE makes it so)`,
        );
        await withSettings({ activate_all_roles_on_login: '1' }, async () => {
          const id = await host.backUp({ databases: [shop.name] });
          expect(await host.backups.getBackup(id)).toMatchObject({ status: 'completed', partial: null });
        });
      } finally {
        await host.app.close();
        await limited.drop();
        await root.query(`DROP ROLE ${role}`);
      }
    });
  }

  it('short timeouts: works on with sessions that the server has closed meanwhile', async () => {
    await withSettings({ wait_timeout: '1', interactive_timeout: '1' }, () =>
      withHost(async ({ backUp, backups }) => {
        const id = await backUp({ databases: [shop.name] });
        for (let idle = true; idle;) {
          const [rows] = await root.query(
            'SELECT SLEEP(0.1) FROM information_schema.PROCESSLIST WHERE USER = ? AND COMMAND = ? LIMIT 1',
            [account.user, 'Sleep'],
          );
          idle = (rows as unknown[]).length > 0;
        }
        expect(await backups.getBackup(id)).toMatchObject({ status: 'completed' });
        expect(await backups.restore(id)).toMatchObject({ status: 'completed' });
      }),
    );
  });

  it('encrypted connections only: takes a certificate that it is given, and says in one line what is amiss', async () => {
    const elsewhere = await createTestDatabase();
    const withTls = async <T>(ssl: ServerAddress['ssl'], act: (host: ModuleHost) => Promise<T>): Promise<T> => {
      const connection = { host: '127.0.0.1', port: server.port, ...account, ssl };
      const host = await startModuleHost(elsewhere.url, { storage: folder.url, connection });
      try {
        return await act(host);
      } finally {
        await host.app.close();
      }
    };
    const messageWith = (ssl: ServerAddress['ssl']): Promise<string> =>
      withTls(ssl, async ({ backUp }) => (await failureOf(() => backUp({ databases: [shop.name] }))).message);
    const place = `${account.user}@127.0.0.1:${String(server.port)}`;
    try {
      await withSettings({ require_secure_transport: '1' }, async () => {
        expect(await messageWith(undefined)).toMatch(words.refused);
        expect(await messageWith({})).toMatch(
          new RegExp(
            `^${place} cannot be reached over TLS \\(self.signed certificate.*\\): give its certificate's authority as`,
          ),
        );
        for (const ssl of [{ ca: certificate.cert }, { rejectUnauthorized: false }]) {
          await withTls(ssl, async ({ backUp, backups }) => {
            const id = await backUp({ databases: [shop.name] });
            expect(await backups.restore(id)).toMatchObject({ status: 'completed' });
          });
        }
      });
    } finally {
      await elsewhere.drop();
    }
  });

  it('lower_case_table_names: takes patterns and names in any case, and gets its tables back', async () => {
    const cased = await createTestDatabase('Shop', server.url);
    await cased.query('CREATE TABLE Orders (id INT PRIMARY KEY); INSERT INTO ORDERS VALUES (1), (2)');
    await cased.query('CREATE TABLE Log_A (id INT PRIMARY KEY)');
    const { app, backUp, backups } = await startModuleHost(cased.url, { storage: folder.url });
    try {
      const id = await backUp({ databases: [cased.name], includeTables: ['ORD*'], where: { ORDERS: 'ID > 1' } });
      expect(await backups.getBackup(id)).toMatchObject({ tablesIncluded: [`${cased.name.toLowerCase()}.orders`] });
      const [kept] = await cased.query('SELECT COUNT(*) AS counted FROM backup_history');
      await cased.query('DROP TABLE Orders');
      await backups.restore(id, { tables: ['Orders'] });
      await backups.restore(await backUp());
      expect(Number(kept.counted)).toBe(1);
      expect(await backups.listBackups()).toHaveLength(2);
      expect(await cased.query('SELECT id FROM Orders')).toEqual([{ id: 2 }]);
    } finally {
      await app.close();
      await cased.drop();
    }
  });
});
