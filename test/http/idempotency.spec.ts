import { randomUUID } from 'node:crypto';
import request from 'supertest';
import type { ProblemDetails } from '@app/backup';
import type { OperationBody } from '../../libs/backup/src/http/schemas/operation.schema.js';
import type { ScheduleBody } from '../../libs/backup/src/http/schemas/schedule.schema.js';
import { BASE, openHttpSite, type Answer, type HttpSite } from './http-site.js';

const NIGHTLY = { name: 'nightly', cronExpression: '@daily', backupType: 'database' };

describe('A request with an Idempotency-Key', () => {
  let site: HttpSite;
  let confirming: (() => Promise<boolean>) | undefined;
  let key: string;

  beforeAll(async () => {
    site = await openHttpSite({ confirm: () => confirming?.() ?? true });
  });

  beforeEach(() => {
    key = `"${randomUUID()}"`;
  });

  afterAll(() => site.close());

  const post = async <Body = ProblemDetails>(
    path: string,
    body: object,
    user = 'admin 7',
    url = site.url,
  ): Promise<Answer<Body>> =>
    await request(url)
      .post(path === '' ? BASE : `${BASE}/${path}`)
      .set({ 'x-user': user, 'idempotency-key': key })
      .send(body);
  const operations = async (): Promise<number> => {
    const [{ n }] = await site.database.query('SELECT COUNT(*) AS n FROM backup_controllers');
    return Number(n);
  };

  it('is carried out once, and answered again by any replica', async () => {
    const first = await post<OperationBody>('', { notes: 'once' });
    expect((await site.finished(first)).status).toBe('finished_ok');
    const done = await operations();

    const replica = await site.replica();
    try {
      const again = await post<OperationBody>('', { notes: 'once' }, 'admin 7', await replica.getUrl());
      expect([again.status, again.body, again.headers.location]).toEqual([202, first.body, first.headers.location]);
      expect([first, again].map(({ headers }) => headers['idempotency-replayed'])).toEqual([undefined, 'true']);
    } finally {
      await replica.close();
    }
    expect(await operations()).toBe(done);
  });

  it('is refused when it asks for something else', async () => {
    expect((await post('schedules', NIGHTLY)).status).toBe(201);
    const reused = { status: 422, body: { code: 'idempotency_key_reused' } };
    expect(await post('schedules', { ...NIGHTLY, name: 'weekly' })).toMatchObject(reused);
    expect(await post('keys', NIGHTLY)).toMatchObject(reused);
  });

  it('is another one when it comes from another user', async () => {
    const [first, second] = [
      await post<ScheduleBody>('schedules', NIGHTLY),
      await post('schedules', NIGHTLY, 'admin 8'),
    ];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.headers['idempotency-replayed']).toBeUndefined();
    expect((second.body as unknown as ScheduleBody).id).not.toBe(first.body.id);
  });

  it('is asked to come back while the first is not answered, and is not confirmed twice', async () => {
    const id = await site.backUp();
    const { promise: asked, resolve: onAsked } = Promise.withResolvers<undefined>();
    const { promise: confirmed, resolve: confirm } = Promise.withResolvers<boolean>();
    confirming = () => {
      onAsked(undefined);
      return confirmed;
    };
    const path = `${String(id)}/restore`;
    const first = post<OperationBody>(path, {});
    await asked;
    const early = await post(path, {});
    expect(early).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_use' } });
    expect(early.headers['retry-after']).toBe('1');

    confirm(true);
    expect((await site.finished(await first)).status).toBe('finished_ok');
    confirming = () => Promise.resolve(false);
    expect((await post<OperationBody>(path, {})).body).toEqual((await first).body);
    confirming = undefined;
  });

  it('is tried again when it failed', async () => {
    const keyed = { ...NIGHTLY, encryptionKey: 'vault' };
    expect((await post('schedules', keyed)).body.code).toBe('not_found');
    const recipients = ['age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'];
    await site.ask('post', 'keys', { label: 'vault', recipients });
    expect((await post('schedules', keyed)).status).toBe(201);
  });

  it('is carried out when what refused it is no longer so', async () => {
    const wish = { includeTables: ['later'] };
    expect(await post('', wish)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    await site.database.query('CREATE TABLE later (id INT PRIMARY KEY)');
    expect((await site.finished(await post<OperationBody>('', wish))).status).toBe('finished_ok');
  });

  it('is a new one when its time is over', async () => {
    const first = await post<ScheduleBody>('schedules', NIGHTLY);
    await site.database.query('UPDATE backup_idempotency SET expires_at = created_at');
    const second = await post<ScheduleBody>('schedules', NIGHTLY);
    expect([second.status, second.body.id]).toEqual([201, first.body.id + 1]);
    expect(await site.database.query('SELECT COUNT(*) AS n FROM backup_idempotency')).toEqual([{ n: 1 }]);
  });

  it('leaves neither its key nor its secrets behind', async () => {
    const passphrase = randomUUID();
    await site.finished(await post<OperationBody>('', { passphrase }));
    const rows = JSON.stringify(await site.database.query('SELECT * FROM backup_idempotency'));
    expect(rows).toContain('backupid');
    expect(rows).not.toContain(passphrase);
    expect(rows).not.toContain(key.slice(1, -1));
  });

  it('is refused when the key is none', async () => {
    key = '"a", "b"';
    expect(await post('schedules', NIGHTLY)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });
});
