import type { BackupType } from '@app/backup';
import { expectRefusal } from '../support/bad-input-refusal.js';
import { Site } from '../support/bad-input-site.js';

// a machine that is busy with other things
jest.setTimeout(30_000);

describe('asking for what is not there', () => {
  let site: Site;
  let backup: number;
  let set: string;

  beforeAll(async () => {
    site = await Site.open();
    backup = await site.backups.createBackup('database');
    set = await site.setOf(backup);
  });

  afterAll(() => site.close());

  it.each([
    ['shown', () => site.backups.getBackup(4711)],
    ['verified', () => site.backups.verifyBackup(4711)],
    ['previewed', () => site.backups.previewRestore(4711)],
    ['restored', () => site.backups.restore(4711)],
    ['deleted', () => site.backups.deleteBackup(4711)],
  ])('an unknown id cannot be %s', async (_verb, attempt) => {
    await expectRefusal(site, attempt, {
      code: 'not_found',
      message: 'There is no backup 4711: see backup:list.',
      recorded: 'nothing',
    });
  });

  it('an unknown operation is not found', async () => {
    await expectRefusal(site, () => site.backups.getOperation('f'.repeat(32)), {
      code: 'not_found',
      message: 'There is no operation "ffffffffffffffffffffffffffffffff": take one that backup:operation list shows.',
      recorded: 'nothing',
    });
  });

  it('a backup type that nobody has heard of is refused', async () => {
    await expectRefusal(site, () => site.backups.createBackup('everything' as BackupType), {
      code: 'unsupported_type',
      message:
        'Backups of type "everything" are not supported by this release: use database, files, configuration, full or incremental.',
      recorded: 'nothing',
    });
  });

  it.each(['course'] as const)('a backup of type %s, which does not exist yet, is refused', async (type) => {
    await expectRefusal(site, () => site.backups.createBackup(type), {
      code: 'unsupported_type',
      message: `Backups of type "${type}" are not supported by this release: use database, files, configuration, full or incremental.`,
      recorded: 'nothing',
    });
  });

  it.each([
    ['files', 'There are no files to back up: name their folders in the option `files` of the module.'],
    [
      'configuration',
      'There is no configuration to back up: name its folders and files in the option `configuration`.',
    ],
  ] as const)('a backup of %s is refused where the options name none', async (type, message) => {
    const refusal = { code: 'invalid_option', message, recorded: 'nothing' } as const;
    await expectRefusal(site, () => site.backups.createBackup(type), refusal);
  });

  it('an unknown database cannot be backed up', async () => {
    await expectRefusal(site, () => site.backups.createBackup('database', { databases: ['no_such_shop'] }), {
      code: 'unknown_database',
      message: `There is no database "no_such_shop" on ${site.account}, or this account may not see it: check its name, or grant SELECT on it.`,
      recorded: 'backup',
    });
  });

  it('an empty list of databases cannot be backed up', async () => {
    await expectRefusal(site, () => site.backups.createBackup('database', { databases: [] }), {
      code: 'invalid_option',
      message: 'There is no database to back up: name at least one.',
      recorded: 'nothing',
    });
  });

  it('nothing cannot be backed up', async () => {
    await expectRefusal(site, () => site.backups.createBackup('incremental', { databases: [] }), {
      code: 'invalid_option',
      message:
        'Databases are left out, and the application has no files or configuration to back up: name a database, or set file roots.',
      recorded: 'nothing',
    });
  });

  it('a database that is not in the backup cannot be restored from it', async () => {
    await expectRefusal(site, () => site.backups.restore(backup, { databases: ['no_such_shop'] }), {
      code: 'not_found',
      message: `Backup ${set} holds no database no_such_shop: it holds ${site.database.name}.`,
      recorded: 'nothing',
    });
  });

  it('a table that is not in the backup cannot be restored from it', async () => {
    const name = site.database.name;
    await expectRefusal(site, () => site.backups.restore(backup, { tables: ['custmers'] }), {
      code: 'not_found',
      message: `Backup ${set} holds no table custmers: it holds ${name}.customers, ${name}.migrations, ${name}.orders.`,
      recorded: 'nothing',
    });
  });

  it('a table of the catalog cannot be restored over the catalog', async () => {
    await expectRefusal(site, () => site.backups.restore(backup, { tables: ['backup_history'] }), {
      code: 'restore_blocked',
      message: `Cannot restore ${set}: table backup_history is part of the backup catalog, which no restore overwrites; restore it under another name with --database OLD=NEW.`,
      recorded: 'nothing',
    });
  });

  it("a database cannot be restored over one of the server's own", async () => {
    await expectRefusal(site, () => site.backups.restore(backup, { databases: [`${site.database.name}=mysql`] }), {
      code: 'invalid_option',
      message:
        'Nothing can be restored as mysql, which belongs to the server itself: choose another name with OLD=NEW.',
      recorded: 'nothing',
    });
  });

  it('two databases cannot be restored under one name', async () => {
    const { name } = site.database;
    await expectRefusal(site, () => site.backups.restore(backup, { databases: [`${name}=copy`, `${name}=copy`] }), {
      code: 'invalid_option',
      message: 'Two databases cannot both be restored as copy: give each another name with OLD=NEW.',
      recorded: 'nothing',
    });
  });

  it('a renaming without a new name is refused', async () => {
    await expectRefusal(site, () => site.backups.restore(backup, { databases: ['shop='] }), {
      code: 'invalid_option',
      message: '"shop=" names no database: write NAME, or OLD=NEW to restore under another name.',
      recorded: 'nothing',
    });
  });

  it.each([
    [
      'compression',
      { compression: 'zip' },
      '"zip" is not a compression: use zstd:1 to zstd:19, gzip:1 to gzip:9, or none.',
    ],
    ['thread count', { threads: 0 }, '0 is not a number of threads: use 1 to 64.'],
  ])('an impossible %s is refused', async (_name, options, message) => {
    await expectRefusal(site, () => site.backups.createBackup('database', options), {
      code: 'invalid_option',
      message,
      recorded: 'nothing',
    });
  });

  it('a restore with an impossible thread count is refused', async () => {
    await expectRefusal(site, () => site.backups.restore(backup, { threads: 0 }), {
      code: 'invalid_option',
      message: '0 is not a number of threads: use 1 to 64.',
      recorded: 'nothing',
    });
  });
});
