import { expectRefusal, failureOf } from '../support/bad-input-refusal.js';
import { Site } from '../support/bad-input-site.js';

// a machine that is busy with other things
jest.setTimeout(30_000);

describe('rows of the catalog that do not allow what is asked', () => {
  let site: Site;

  beforeAll(async () => {
    site = await Site.open();
  });

  afterAll(() => site.close());

  it('a backup that failed cannot be restored', async () => {
    await failureOf(() => site.backups.createBackup('database', { databases: ['no_such_shop'] }));
    const [{ id }] = await site.backups.listBackups();
    await expectRefusal(site, () => site.backups.restore(id), {
      code: 'not_found',
      message: `Backup ${String(id)} failed: choose a completed one from backup:list.`,
      recorded: 'nothing',
    });
  });

  it('a deleted backup can be neither restored, verified nor deleted again', async () => {
    const id = await site.backups.createBackup('database');
    await site.backups.deleteBackup(id);
    const message = `Backup ${String(id)} was deleted: choose a completed one from backup:list.`;
    await expectRefusal(site, () => site.backups.restore(id), { code: 'not_found', message, recorded: 'nothing' });
    await expectRefusal(site, () => site.backups.verifyBackup(id), { code: 'not_found', message, recorded: 'nothing' });
    await expectRefusal(site, () => site.backups.deleteBackup(id), {
      code: 'not_found',
      message: `Backup ${String(id)} was deleted already.`,
      recorded: 'nothing',
    });
  });

  it('a pinned backup cannot be deleted', async () => {
    const id = await site.backups.createBackup('database');
    await site.database.query(
      "UPDATE backup_history SET pinned = 1, pinned_reason = 'before the migration' WHERE id = ?",
      [id],
    );
    await expectRefusal(site, () => site.backups.deleteBackup(id), {
      code: 'busy',
      message: `Backup ${String(id)} is pinned (before the migration): unpin it before deleting it.`,
      recorded: 'nothing',
    });
    await site.backups.verifyBackup(id);
  });

  it.each(['../../etc', '..', '/etc', '20261121T221005Z-database-3f9c2a/..'])(
    'a set name of %j in the catalog leads nowhere',
    async (name) => {
      const id = await site.backups.createBackup('database');
      await site.database.query('UPDATE backup_history SET backup_name = ?, file_path = ? WHERE id = ?', [
        name,
        name,
        id,
      ]);
      const refusal = {
        code: 'invalid_name',
        message: `"${name}" is not the name of a backup set: names look like 20261121T221005Z-database-3f9c2a.`,
        recorded: 'nothing',
      } as const;
      await expectRefusal(site, () => site.backups.restore(id), refusal);
      await expectRefusal(site, () => site.backups.previewRestore(id), refusal);
      await expectRefusal(site, () => site.backups.deleteBackup(id), refusal);
      await expectRefusal(site, () => site.backups.verifyBackup(id), { ...refusal, recorded: 'verification' });
    },
  );

  it('a restore cannot be undone when there was none', async () => {
    const id = await site.backups.createBackup('database');
    await expectRefusal(site, () => site.backups.undoRestore(id), {
      code: 'undo_impossible',
      message: `Backup ${String(id)} has no restore that could be undone: only the latest staged restore can be.`,
      recorded: 'nothing',
    });
  });

  it('a restore whose recorded plan was tampered with cannot be undone', async () => {
    const id = await site.backups.createBackup('database');
    const { backupid } = await site.backups.restore(id);
    await site.database.query(
      `UPDATE backup_controllers SET controller = REPLACE(controller, '_undo_', '_mine_') WHERE backupid = ?`,
      [backupid],
    );
    await expectRefusal(site, () => site.backups.undoRestore(id), {
      code: 'operation_tampered',
      message: `Cannot use operation ${String(backupid)}: its row in backup_controllers was changed from outside (the checksum does not match). Start the operation again, and find out who writes to that table.`,
      recorded: 'nothing',
    });
  });

  it('an unfinished operation that was tampered with is ended without following its plan, and stops nothing else', async () => {
    const id = await site.backups.createBackup('database');
    const { backupid, backupName } = await site.backups.getBackup(id);
    await site.database.query(
      "UPDATE backup_controllers SET status = 800, controller = REPLACE(controller, 'database', 'files') WHERE backupid = ?",
      [backupid],
    );
    const before = await site.state();

    expect(await site.backups.recover()).toEqual([
      `Operation ${String(backupid)} had been interrupted and its row in backup_controllers was changed from outside: nothing of it was cleaned up; look for schemas named *_restore_${String(backupid).slice(0, 8)} and find out who writes to that table`,
    ]);

    expect(await site.state()).toEqual(before);
    expect(await site.backups.getOperation(String(backupid))).toMatchObject({ status: 900 });
    expect(await site.backups.recover()).toEqual([]);
    expect((await site.backups.getBackup(id)).backupName).toBe(backupName);
  });
});
