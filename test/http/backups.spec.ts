import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RestorePreview } from '@app/backup';
import type { BackupBody, BackupPage, StatsBody } from '../../libs/backup/src/http/schemas/backup.schema.js';
import type { KeyBody, KeysBody } from '../../libs/backup/src/http/schemas/key.schema.js';
import type { LogPage, OperationBody, OperationPage } from '../../libs/backup/src/http/schemas/operation.schema.js';
import type { RestoresBody } from '../../libs/backup/src/http/schemas/restore.schema.js';
import { BASE, openHttpSite, type HttpSite } from './http-site.js';

describe('The routes of backups', () => {
  let site: HttpSite;
  let id: number;

  beforeAll(async () => {
    site = await openHttpSite();
    id = await site.backUp({ notes: 'the first' });
  });

  afterAll(() => site.close());

  const shown = async (which: number): Promise<BackupBody> => (await site.ask<BackupBody>('get', String(which))).body;
  const idsOf = ({ items }: BackupPage): number[] => items.map((item) => item.id);

  it('answer a new backup with its operation, and where to find it, before it is done', async () => {
    const started = await site.ask<OperationBody>('post', BASE, { type: 'database', notes: 'nightly' });

    expect(started.status).toBe(202);
    expect(started.headers.location).toBe(`${BASE}/operations/${started.body.backupid}`);
    expect(started.body).toMatchObject({ operation: 'backup', status: 'executing', userid: 7, error: null });
    expect(await site.finished(started)).toMatchObject({ status: 'finished_ok', progress: 1 });
    expect(await shown(Number(started.body.backupId))).toMatchObject({
      status: 'completed',
      notes: 'nightly',
      initiatedBy: 7,
      tablesIncluded: expect.arrayContaining([`${site.database.name}.orders`]),
    });
  });

  it('list backups a page at a time, newest first', async () => {
    const newer = await site.backUp();
    const page = async (query: string): Promise<BackupPage> =>
      (await site.ask<BackupPage>('get', `${BASE}?limit=1${query}`)).body;

    const first = await page('&status=completed&type=database');
    expect([idsOf(first), first.next]).toEqual([[newer], newer]);
    const ids = idsOf(first);
    for (let { next } = first; next !== null;) {
      const following = await page(`&before=${String(next)}`);
      ids.push(...idsOf(following));
      ({ next } = following);
    }
    expect(ids).toContain(id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
  });

  it('filter by time', async () => {
    const { createdAt } = await shown(id);
    const before = await site.ask<BackupPage>('get', `${BASE}?until=${createdAt}`);
    const after = await site.ask<BackupPage>('get', `${BASE}?since=${createdAt}`);
    expect(idsOf(before.body)).toEqual([]);
    expect(idsOf(after.body)).toContain(id);
  });

  it('show what a restore would change, restore, and take it back', async () => {
    await site.database.query('DELETE FROM orders WHERE id > 100');
    const preview = await site.ask<RestorePreview>('post', `${String(id)}/preview`, {});
    expect(preview.body.tables).toContainEqual(
      expect.objectContaining({ table: 'orders', rowsNow: 100, rowsAfter: 500, change: 'replaced' }),
    );

    const restored = await site.work('post', `${String(id)}/restore`, { notes: 'oops' });
    expect(restored).toMatchObject({ operation: 'restore', status: 'finished_ok', backupId: id, userid: 7 });
    expect(await site.database.query('SELECT COUNT(*) AS n FROM orders')).toEqual([{ n: 500 }]);

    expect(await site.work('post', `${String(id)}/undo`)).toMatchObject({ status: 'finished_ok', backupId: id });
    expect(await site.database.query('SELECT COUNT(*) AS n FROM orders')).toEqual([{ n: 100 }]);
    const { items } = (await site.ask<RestoresBody>('get', `${String(id)}/restores`)).body;
    expect(items).toMatchObject([{ status: 'undone', notes: 'oops', initiatedBy: 7, target: site.database.name }]);
  });

  it('verify, and say so in the backup', async () => {
    const verified = await site.work('post', `${String(id)}/verify`, { level: 'full' });
    expect(verified).toMatchObject({ operation: 'verify', status: 'finished_ok', backupId: id });
    expect((await shown(id)).verified).toBe(true);
  });

  it('refuse to delete a pinned backup until it is unpinned', async () => {
    const doomed = String(await site.backUp());
    const pinned = await site.ask<BackupBody>('put', `${doomed}/pin`, { reason: 'for the auditors' });
    expect(pinned).toMatchObject({ status: 200, body: { pinned: true, pinnedReason: 'for the auditors' } });
    const refused = await site.ask('delete', doomed);
    expect(refused).toMatchObject({ status: 409, type: 'application/problem+json', body: { code: 'busy' } });

    expect((await site.ask<BackupBody>('delete', `${doomed}/pin`)).body.pinned).toBe(false);
    expect(await site.work('delete', doomed)).toMatchObject({ status: 'finished_ok' });
    expect((await shown(Number(doomed))).status).toBe('deleted');
  });

  it('say at once why a restore cannot begin', async () => {
    const refused = await site.ask('post', `${String(id)}/restore`, { databases: ['nowhere'] });
    expect(refused).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect((await site.ask('post', '999999/restore', {})).body).toEqual({
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      detail: 'There is no backup 999999: see backup:list.',
      code: 'not_found',
    });
  });

  it('count backups and bytes', async () => {
    const { body } = await site.ask<StatsBody>('get', 'stats');
    expect(body.totals).toContainEqual(expect.objectContaining({ type: 'database', status: 'completed' }));
    expect(body.storageUsed).toBeGreaterThan(0);
  });

  it('keep public keys, and retire them', async () => {
    const recipients = ['age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'];
    const added = await site.ask<KeyBody>('post', 'keys', { label: 'vault', recipients });
    expect(added).toMatchObject({ status: 201, body: { label: 'vault', recipients, retiredAt: null } });
    const twin = await site.ask('post', 'keys', { label: 'other', recipients });
    expect(twin).toMatchObject({ status: 400, body: { code: 'invalid_option' } });
    const path = `keys/${String(added.body.id)}/retire`;
    expect((await site.ask<KeyBody>('post', path)).body.retiredAt).not.toBeNull();
    expect((await site.ask('post', path)).body.code).toBe('key_retired');
    expect((await site.ask<KeysBody>('get', 'keys')).body.items).toHaveLength(1);
  });
});

describe('The routes of operations', () => {
  let site: HttpSite;

  beforeAll(async () => {
    site = await openHttpSite();
  });

  afterAll(() => site.close());

  it('list operations, show one, and page through its log', async () => {
    await site.backUp();
    const { body } = await site.ask<OperationPage>('get', 'operations?operation=backup&status=finished_ok');
    const [{ backupid }] = body.items;
    expect((await site.ask<OperationBody>('get', `operations/${backupid}`)).body).toMatchObject({ progress: 1 });

    const { body: first } = await site.ask<LogPage>('get', `operations/${backupid}/logs?limit=1`);
    expect(first.items).toMatchObject([{ level: 'info', message: expect.stringContaining('started') }]);
    const query = `after=${String(first.next)}&level=info`;
    const { body: rest } = await site.ask<LogPage>('get', `operations/${backupid}/logs?${query}`);
    expect(rest.items.at(-1)?.message).toMatch(/^Backup \d+ completed/);
  });

  it('say why an operation failed', async () => {
    const id = await site.backUp();
    const { backupName } = await site.backups.getBackup(id);
    const [file] = (await site.folder.files()).filter((path) => path.startsWith(`${backupName}/database`));
    await rm(join(site.folder.path, file));
    expect(await site.work('post', `${String(id)}/verify`, {})).toMatchObject({
      status: 'finished_err',
      error: expect.stringContaining('is missing'),
    });
  });

  it('cancel one that runs, and no other', async () => {
    const started = await site.ask<OperationBody>('post', BASE, { maxRate: 0.001 });
    const path = `operations/${started.body.backupid}/cancel`;
    expect((await site.ask('post', path)).status).toBe(202);
    expect(await site.finished(started)).toMatchObject({
      status: 'finished_err',
      error: 'The operation was cancelled.',
    });
    expect(await site.ask('post', path)).toMatchObject({ status: 409, body: { code: 'operation_state' } });
  });

  it('answer the events of an unknown operation with a problem', async () => {
    const { status, body } = await site.ask('get', `operations/${'0'.repeat(32)}/events`);
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'not_found' });
  });
});
