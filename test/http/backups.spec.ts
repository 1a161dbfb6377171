import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportResult, RestorePreview } from '@app/backup';
import request from 'supertest';
import type { BackupBody, BackupPage, StatsBody } from '../../libs/backup/src/http/schemas/backup.schema.js';
import type { CleanupPlanAnswer } from '../../libs/backup/src/http/schemas/cleanup.schema.js';
import type { KeyBody, KeysBody } from '../../libs/backup/src/http/schemas/key.schema.js';
import type { LogPage, OperationBody, OperationPage } from '../../libs/backup/src/http/schemas/operation.schema.js';
import type { RestoresBody } from '../../libs/backup/src/http/schemas/restore.schema.js';
import { BASE, openHttpSite, type HttpSite } from './http-site.js';

/** The first moment of it. */
const NEXT_YEAR = `${String(new Date().getUTCFullYear() + 1)}-01-01T00:00:00.000Z`;

describe('The routes of backups', () => {
  let site: HttpSite;
  let id: number;
  let uploads: string;

  beforeAll(async () => {
    uploads = await mkdtemp(join(tmpdir(), 'nestjs-backup-uploads-'));
    site = await openHttpSite({}, { files: { uploads: { path: uploads } } });
    id = await site.backUp({ notes: 'the first' });
  });

  afterAll(async () => {
    await site.close();
    await rm(uploads, { recursive: true });
  });

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

  it('verify a part, and by a drill', async () => {
    const sampled = await site.work('post', `${String(id)}/verify`, { sample: 50 });
    expect(sampled).toMatchObject({ status: 'finished_ok' });
    const drilled = await site.work('post', `${String(id)}/verify`, { level: 'drill' });
    expect(drilled).toMatchObject({ status: 'finished_ok', error: null });
    expect((await shown(id)).drillSeconds).toBeGreaterThan(0);
  });

  it('show and restore chosen files, and move aside what is not in the backup', async () => {
    await mkdir(join(uploads, 'letters'));
    await writeFile(join(uploads, 'letters', 'first.txt'), 'Dear all');
    await writeFile(join(uploads, 'photo.jpg'), 'a photo');
    const files = String(await site.backUp({ type: 'files' }));
    await rm(join(uploads, 'letters', 'first.txt'));
    await rm(join(uploads, 'photo.jpg'));
    await writeFile(join(uploads, 'letters', 'forged.txt'), 'Dear nobody');

    const scope = { roots: ['uploads'], paths: ['letters/**'], exact: true };
    const preview = await site.ask<RestorePreview>('post', `${files}/preview`, scope);
    expect(preview.body.files).toMatchObject([{ root: 'uploads', added: 1, left: 1 }]);
    expect(await site.work('post', `${files}/restore`, scope)).toMatchObject({ status: 'finished_ok', error: null });
    expect(await readdir(join(uploads, 'letters'))).toEqual(['first.txt']);
    expect(await readdir(uploads)).not.toContain('photo.jpg');
  });

  it('build on an earlier backup only as long as the chain may be', async () => {
    const full = await site.backUp({ type: 'full' });
    const incremental = await site.backUp({ type: 'incremental' });
    const fresh = await site.backUp({ type: 'incremental', fullEvery: 1 });
    expect(await shown(incremental)).toMatchObject({ backupType: 'incremental', parentId: full });
    expect(await shown(fresh)).toMatchObject({ backupType: 'full', parentId: null });
  });

  it('say what a cleanup would delete, and have it deleted', async () => {
    const doomed = await site.backUp();
    const kept = await site.backUp();
    await site.database.query(
      "UPDATE backup_history SET created_at = created_at - INTERVAL 9 DAY, expires_at = '2020-01-01' WHERE id = ?",
      [doomed],
    );
    const { body: plan } = await site.ask<CleanupPlanAnswer>('get', 'cleanup?decision=delete&maxDelete=1');
    expect(plan).toMatchObject({ delete: [doomed], maxDelete: 1 });
    expect(plan.backups).toMatchObject([{ id: doomed, decision: 'delete', reasons: ['no rule keeps it'] }]);
    expect((await shown(doomed)).status).toBe('completed');

    const cleaned = await site.work('post', 'cleanup', { maxDelete: 1 });
    expect(cleaned).toMatchObject({ operation: 'cleanup', status: 'finished_ok', userid: 7, backupId: null });
    expect((await shown(doomed)).status).toBe('deleted');
    expect((await shown(kept)).status).toBe('completed');
  });

  it('take up sets that storage has and the catalog has lost', async () => {
    const lost = await shown(await site.backUp());
    await site.database.query('DELETE FROM backup_history WHERE id = ?', [lost.id]);
    const { body } = await site.ask<ImportResult>('post', 'import-sets', { names: [lost.backupName] });
    expect(body).toEqual({ imported: [expect.any(Number)], known: [], skipped: [] });
    expect(await shown(body.imported[0])).toMatchObject({ backupName: lost.backupName, checksum: lost.checksum });
    const again = await site.ask('post', 'import-sets', { names: [lost.backupName] });
    expect(again).toMatchObject({ status: 409, body: { code: 'busy' } });
    const gone = await site.ask('post', 'import-sets', { names: ['20200101T000000Z-full-abcdef'] });
    expect(gone).toMatchObject({ status: 404, body: { code: 'not_found' } });
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

  it.each([
    ['a database that there is not', { databases: ['nowhere'] }, 404, 'unknown_database'],
    ['a key that there is not', { key: 'lost' }, 404, 'not_found'],
    ['a table that there is not', { includeTables: ['nothing'] }, 404, 'not_found'],
    ['a setting that cannot be', { compression: 'zstd:99' }, 400, 'invalid_option'],
  ])('say at once that a backup names %s, and leave no record of it', async (_, settings, status, code) => {
    const counts = async (): Promise<unknown> =>
      site.database.query(
        'SELECT (SELECT COUNT(*) FROM backup_history) AS backups, (SELECT COUNT(*) FROM backup_controllers) AS operations',
      );
    const before = await counts();
    for (const later of [{}, { executeAt: NEXT_YEAR }]) {
      const refused = await site.ask('post', BASE, { ...settings, ...later });
      expect(refused).toMatchObject({ status, type: 'application/problem+json', body: { code } });
    }
    expect(await counts()).toEqual(before);
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

  it('leave a backup to be changed whose files are not there when it is confirmed', async () => {
    const waiting = await site.ask<OperationBody>('post', BASE, { type: 'files', interactive: true });
    const path = `operations/${waiting.body.backupid}`;
    await rename(uploads, `${uploads}-unmounted`);
    try {
      const { status, body } = await site.ask('post', `${path}/confirm`);
      expect({ status, code: body.code }).toEqual({ status: 422, code: 'not_readable' });
    } finally {
      await rename(`${uploads}-unmounted`, uploads);
    }
    expect((await site.ask<OperationBody>('get', path)).body).toMatchObject({ status: 'setting_ui', error: null });
    expect(await site.work('post', `${path}/confirm`)).toMatchObject({ status: 'finished_ok' });
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
    const id = String(await site.backUp());
    const started = await site.ask<OperationBody>('post', BASE, { maxRate: 0.001 });
    const verifying = await site.ask<OperationBody>('post', `${id}/verify`, { maxRate: 0.001 });
    // with no place left, too: what waits would fail while they go on
    for (const work of [BASE, `${id}/restore`]) {
      expect(await site.ask('post', work, {})).toMatchObject({ status: 409, body: { code: 'busy' } });
    }
    const waiting = await site.ask<OperationBody>('post', `${id}/verify`, {});
    expect(waiting).toMatchObject({ status: 202, body: { status: 'created' } });
    for (const { body } of [waiting, verifying]) {
      expect((await site.ask('post', `operations/${body.backupid}/cancel`)).status).toBe(202);
    }
    const path = `operations/${started.body.backupid}/cancel`;
    expect((await site.ask('post', path)).status).toBe(202);
    expect(await site.finished(started)).toMatchObject({
      status: 'finished_err',
      error: `Operation ${started.body.backupid} was cancelled.`,
    });
    expect(await site.ask('post', path)).toMatchObject({ status: 409, body: { code: 'operation_state' } });
  });

  it('follow one with its rate and the time it has left, as long as it goes on', async () => {
    await site.database.query("CREATE TABLE pages AS SELECT seq, REPEAT('page ', 200) AS text FROM seq_1_to_3000");
    const started = await site.ask<OperationBody>('post', BASE, { maxRate: 1 });
    const path = `operations/${started.body.backupid}`;
    let seen = started.body;
    while (seen.secondsLeft === null) seen = (await site.ask<OperationBody>('get', path)).body;
    expect(seen).toMatchObject({ status: 'executing', bytes: expect.any(Number), secondsLeft: expect.any(Number) });
    expect([seen.bytes > 0, seen.bytesPerSecond > 0, seen.progress < 1]).toEqual([true, true, true]);

    await site.ask('post', `${path}/cancel`);
    expect(await site.finished(started)).toMatchObject({ bytesPerSecond: 0, secondsLeft: null });
    await site.database.query('DROP TABLE pages');
  });

  it('change a restore that waits, and begin it when it is confirmed', async () => {
    const id = String(await site.backUp());
    const { name } = site.database;
    const waiting = await site.ask<OperationBody>('post', `${id}/restore`, { interactive: true });
    expect(waiting).toMatchObject({ status: 202, body: { status: 'setting_ui', userid: 7, backupId: Number(id) } });
    const path = `operations/${waiting.body.backupid}`;
    expect(waiting.headers.location).toBe(`${BASE}/${path}`);

    const odd = await site.ask('patch', path, { level: 'quick' });
    expect(odd).toMatchObject({ status: 400, body: { code: 'invalid_option' } });
    const changed = await site.ask<OperationBody>('patch', path, { databases: [`${name}=${name}_copy`] });
    expect(changed.body.order).toEqual({
      operation: 'restore',
      backupId: Number(id),
      settings: { databases: [`${name}=${name}_copy`] },
    });
    expect(await site.work('post', `${path}/confirm`)).toMatchObject({ status: 'finished_ok', error: null });
    expect(await site.database.query(`SELECT COUNT(*) AS n FROM ${name}_copy.orders`)).toEqual([{ n: 500 }]);
    for (const [method, route] of [
      ['patch', path],
      ['post', `${path}/confirm`],
    ] as const) {
      expect((await site.ask(method, route, {})).body.code).toBe('operation_state');
    }
  });

  it('put work off until its time, and cancel it before', async () => {
    const executeAt = NEXT_YEAR;
    const delayed = await site.ask<OperationBody>('post', BASE, { executeAt });
    expect(delayed.body).toMatchObject({ status: 'awaiting', delayed: true, executiontime: executeAt });
    const confirmed = await site.ask<OperationBody>('post', 'cleanup', { interactive: true });
    const path = `operations/${confirmed.body.backupid}/confirm`;
    expect((await site.ask<OperationBody>('post', path, { executeAt })).body).toMatchObject({
      status: 'awaiting',
      executiontime: executeAt,
    });
    for (const { body } of [delayed, confirmed]) {
      expect((await site.ask('post', `operations/${body.backupid}/cancel`)).status).toBe(202);
      const { status } = (await site.ask<OperationBody>('get', `operations/${body.backupid}`)).body;
      expect(status).toBe('finished_err');
    }
  });

  it('keep no passphrase for later, and wait for one thing at a time', async () => {
    const secret = await site.ask('post', BASE, { interactive: true, passphrase: 'sesame' });
    expect(secret).toMatchObject({ status: 400, body: { code: 'invalid_option' } });
    const past = await site.ask('post', BASE, { executeAt: '2020-01-01T00:00:00Z' });
    expect(past).toMatchObject({ status: 400, body: { code: 'invalid_option' } });
    const both = await site.ask('post', BASE, { interactive: true, executeAt: NEXT_YEAR });
    expect(both).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });

  it('begin nothing while the application ends, and tell whoever follows how what ran has ended', async () => {
    const ending = await site.replica({ shutdownGraceSeconds: 2 });
    const here = request(await ending.getUrl());
    const begun = await here.post(BASE).set('x-user', 'admin 7').send({ maxRate: 0.001 });
    const { backupid } = begun.body as OperationBody;
    const followed = here.get(`${BASE}/operations/${backupid}/events`).set('x-user', 'admin 7');
    const events = followed.then(({ text }) => text.trimEnd().split('\n\n'));
    const closed = ending.close();

    const refused = await here.post(BASE).set('x-user', 'admin 7');
    expect(refused).toMatchObject({ status: 503, body: { code: 'shutting_down' }, headers: { 'retry-after': '10' } });
    await closed;
    expect((await events).at(-1)).toMatch(/^event: end\ndata: .*"error":"The application is shutting down."}$/);
  });

  it('answer the events of an unknown operation with a problem', async () => {
    const { status, body } = await site.ask('get', `operations/${'0'.repeat(32)}/events`);
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'not_found' });
  });
});
