import { readFile } from 'node:fs/promises';
import type { ServerAddress } from '@app/backup';
import { z } from 'zod';
import { createAccount } from '../support/bad-input-account.js';
import { expectRefusal } from '../support/bad-input-refusal.js';
import { Site } from '../support/bad-input-site.js';

// a machine that is busy with other things
jest.setTimeout(30_000);

const manifestSchema = z.object({
  warnings: z.array(z.string()),
  databases: z.array(
    z.object({
      tables: z.array(z.object({ name: z.string() })),
      routines: z.array(z.object({ name: z.string() })),
    }),
  ),
});

describe('an account that lacks a privilege', () => {
  let site: Site;
  let db: string;
  /** As a GRANT names this database alone. */
  let granted: string;
  const cleanups: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    site = await Site.open();
    db = `\`${site.database.name}\``;
    granted = db.replaceAll('_', '\\_');
  });

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) {
      await cleanup();
    }
  });

  afterAll(() => site.close());

  /** Everything a backup reads, on the whole database. */
  const READ = 'SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE, LOCK TABLES';

  async function accountWith(...grants: string[]): ReturnType<typeof createAccount> {
    const account = await createAccount(site.database, grants);
    cleanups.push(account.drop);
    return account;
  }

  async function as<T>(connection: ServerAddress, act: (other: Site) => Promise<T>): Promise<T> {
    return site.withOptions({ connection }, act);
  }

  async function manifestOf(id: number): Promise<z.infer<typeof manifestSchema>> {
    return manifestSchema.parse(JSON.parse(await readFile(site.path(await site.setOf(id), 'manifest.json'), 'utf8')));
  }

  it('a wrong password is told from everything else', async () => {
    const account = await accountWith();
    await as({ ...account.address, password: 'guess' }, (other) =>
      expectRefusal(other, () => other.backups.createBackup('database'), {
        code: 'connection_failed',
        message: `The database server refused ${account.shown}: check the user name and password of the connection, or set \`ssl\` where only encrypted ones are taken.`,
        recorded: 'backup',
      }),
    );
  });

  it('without SELECT on a table, which it cannot even see, no backup is made that lacks it', async () => {
    const account = await accountWith(
      `SELECT ON ${db}.customers`,
      `SHOW VIEW, TRIGGER, EVENT, EXECUTE ON ${db}.*`,
      'SELECT ON mysql.proc',
    );
    await as(account.address, (other) =>
      expectRefusal(other, () => other.backups.createBackup('database'), {
        code: 'not_readable',
        message: `This account cannot see the other tables of ${site.database.name}, if there are any: run GRANT SELECT ON ${granted}.* TO ${account.granted}; or go on without them with --allow-partial.`,
        recorded: 'backup',
      }),
    );
  });

  it('without the privilege to see triggers and events, no backup is made that lacks them', async () => {
    const account = await accountWith(`SELECT, SHOW VIEW, EXECUTE ON ${db}.*`, 'SELECT ON mysql.proc');
    await as(account.address, (other) =>
      expectRefusal(other, () => other.backups.createBackup('database'), {
        code: 'not_readable',
        message: `This account cannot see the triggers, events of ${site.database.name}, if there are any: run GRANT TRIGGER, EVENT ON ${granted}.* TO ${account.granted}; or go on without them with --allow-partial.`,
        recorded: 'backup',
      }),
    );
  });

  it('what it cannot see is left out with a warning when that is allowed', async () => {
    const account = await accountWith(`SELECT ON ${db}.*`);
    const id = await as(account.address, ({ backups }) => backups.createBackup('database', { allowPartial: true }));
    const { warnings } = await manifestOf(id);
    expect(warnings).toEqual([
      `This account cannot see the triggers, events, procedures and functions of ${site.database.name}, if there are any: run GRANT TRIGGER, EVENT ON ${granted}.* TO ${account.granted}; GRANT SELECT ON \`mysql\`.\`proc\` TO ${account.granted}; or go on without them with --allow-partial.`,
      `The definition of view ${site.database.name}.sales cannot be read: run GRANT SHOW VIEW ON ${granted}.* TO ${account.granted}; or go on without it with --allow-partial.`,
    ]);
    await site.backups.verifyBackup(id);
  });

  it('a routine whose body it may not read is named with the grant it needs', async () => {
    const account = await accountWith(`${READ} ON ${db}.*`);
    await as(account.address, (other) =>
      expectRefusal(other, () => other.backups.createBackup('database'), {
        code: 'not_readable',
        message: `The definition of function ${site.database.name}.twice cannot be read: run GRANT SELECT ON \`mysql\`.\`proc\` TO ${account.granted}; or go on without it with --allow-partial.`,
        recorded: 'backup',
      }),
    );
  });

  it('a routine whose body it may not read is left out with a warning when that is allowed', async () => {
    const account = await accountWith(`${READ} ON ${db}.*`);
    const id = await as(account.address, ({ backups }) => backups.createBackup('database', { allowPartial: true }));
    const { warnings, databases } = await manifestOf(id);
    expect(warnings).toEqual([
      `The definition of function ${site.database.name}.twice cannot be read: run GRANT SELECT ON \`mysql\`.\`proc\` TO ${account.granted}; or go on without it with --allow-partial.`,
    ]);
    expect(databases[0].routines).toEqual([]);
    expect(databases[0].tables).toContainEqual({ name: 'orders' });
    await site.backups.verifyBackup(id);
  });

  it('with the privileges on everything a backup is whole, and reads on one connection for want of RELOAD', async () => {
    const account = await accountWith(`${READ} ON ${db}.*`, 'SELECT ON mysql.proc');
    const id = await as(account.address, ({ backups }) => backups.createBackup('database'));
    const { warnings, databases } = await manifestOf(id);
    expect(warnings).toEqual([]);
    expect(databases[0].routines).toEqual([{ name: 'twice' }]);
  });

  it('without CREATE on the staging schema a restore offers to work in place', async () => {
    const account = await accountWith(`ALL ON ${db}.*`);
    const id = await site.backups.createBackup('database');
    const set = await site.setOf(id);
    const scratch = (purpose: string): string => granted.replace(/`$/, `\\_${purpose}\\_%\``);
    await as(account.address, (other) =>
      expectRefusal(other, () => other.backups.restore(id, { tables: ['customers'] }), {
        code: 'missing_privilege',
        message: `Cannot restore ${set}: this account lacks privileges. Run GRANT SELECT, INSERT, CREATE, DROP, ALTER ON ${scratch('restore')}.* TO ${account.granted}; GRANT SELECT, INSERT, CREATE, DROP, ALTER, UPDATE ON ${scratch('undo')}.* TO ${account.granted}; Or use --in-place.`,
        recorded: 'restore',
      }),
    );
  });

  it('without INSERT on the database a restore in place fails before it touches anything', async () => {
    const account = await accountWith(`${READ} ON ${db}.*`, 'SELECT ON mysql.proc');
    const id = await site.backups.createBackup('database');
    const { tables, objects } = await site.state();
    await as(account.address, async (other) => {
      await expect(other.backups.restore(id, { inPlace: true })).rejects.toMatchObject({
        code: 'missing_privilege',
      });
    });
    expect(await site.state()).toMatchObject({ tables, objects, schemas: [] });
  });
});
