import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { ModulesContainer } from '@nestjs/core';
import { z } from 'zod';
import type { BackupAction, ConfirmationRequest } from '@app/backup';
import { registeredRoutes, type RegisteredRoute } from '../../libs/backup/src/http/registered-routes.js';
import type { AuditPage } from '../../libs/backup/src/http/schemas/audit.schema.js';
import type { OperationBody } from '../../libs/backup/src/http/schemas/operation.schema.js';
import { BASE, openHttpSite, OWNING, READING, type Answer, type HttpSite } from './http-site.js';
import type { ProblemDetails } from '@app/backup';

const LONG = 'x'.repeat(100_000);

/** What nobody means by an id. */
const NO_IDS = [
  '..%2f..%2fetc%2fpasswd',
  '1%00',
  '1%20OR%201%3D1',
  "1'%3BDROP%20TABLE%20orders%3B--",
  '-1',
  '0',
  '1e3',
  '0x10',
  '%7B%22%24gt%22%3A0%7D',
  '99999999999999999999',
  'x'.repeat(5000),
];

/** Fields that every object seems to have. */
const INHERITED = ['__proto__', 'constructor', 'prototype', 'toString'];

/** What nobody means by a filter. */
const NO_FILTERS = [...NO_IDS.filter((text) => !/^\d/.test(text)), "'%20OR%20''%3D'", '(SELECT%20SLEEP(9))', ''];

describe('Every route', () => {
  let site: HttpSite;
  let routes: readonly RegisteredRoute[];
  let untouched: unknown;

  beforeAll(async () => {
    site = await openHttpSite();
    await site.backUp();
    routes = registeredRoutes(site.app.get(ModulesContainer));
    untouched = await state();
  });

  afterAll(async () => {
    try {
      expect(await state()).toEqual(untouched);
      expect(Object.keys({})).toEqual([]);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    } finally {
      await site.close();
    }
  });

  /** What no refused request may change. */
  const state = async (): Promise<unknown> => ({
    orders: await site.database.query('SELECT COUNT(*) AS n FROM orders'),
    backups: await site.database.query('SELECT id, status, pinned FROM backup_history'),
    operations: await site.database.query('SELECT COUNT(*) AS n FROM backup_controllers'),
    others: await site.database.query(
      'SELECT (SELECT COUNT(*) FROM backup_schedule) + (SELECT COUNT(*) FROM backup_encryption_key) AS n',
    ),
    files: await site.folder.files(),
  });

  const pathOf = ({ path }: RegisteredRoute, id = '1', backupid = '0'.repeat(32)): string =>
    `/${path.replace(':id', id).replace(':backupid', backupid)}`;

  const send = async (
    { method }: RegisteredRoute,
    path: string,
    { user, type, body }: { user?: string; type?: string; body?: unknown } = {},
  ): Promise<Answer<ProblemDetails>> => {
    const request = site.send(method, path).set({ 'x-user': user ?? 'admin 7', ...(type && { 'content-type': type }) });
    return await (body === undefined ? request : request.send(body as string));
  };

  const lastAudit = async (): Promise<AuditPage['items'][number] | undefined> => {
    const records = await site.backups.getAuditTrail({ limit: 500 });
    return records.at(-1) as AuditPage['items'][number] | undefined;
  };

  it('is in this table', () => {
    const actions = routes.map(({ description }) => description.action);
    expect(new Set(actions).size).toBe(actions.length);
    expect(actions).toEqual(expect.arrayContaining<BackupAction>(['list', 'restore', 'download', 'import', 'cancel']));
    // Nest maps a route of ours only with its description
    expect(actions.length).toBeGreaterThanOrEqual(30);
  });

  it('is closed to strangers, and to readers when it changes something, and says so in the audit trail', async () => {
    for (const route of routes) {
      const { action, audited } = route.description;
      const stranger = await send(route, pathOf(route), { user: ' ' });
      expect([action, stranger.status, stranger.body.code]).toEqual([action, 401, 'unauthorized']);
      expect(stranger.type).toBe('application/problem+json');
      if (audited) expect(await lastAudit()).toMatchObject({ action, user: null, status: 401, code: 'unauthorized' });
      const undecided = await send(route, pathOf(route), { user: 'undecided 6' });
      expect([action, undecided.status, undecided.body.code]).toEqual([action, 403, 'forbidden']);
      if (!READING.includes(action)) {
        const reader = await send(route, pathOf(route), { user: 'reader 8' });
        expect([action, reader.status, reader.body.code]).toEqual([action, 403, 'forbidden']);
        if (audited) expect(await lastAudit()).toMatchObject({ action, user: '8 (reader)', code: 'forbidden' });
      }
    }
  });

  it('takes no query where none is described, so that nobody means something by it that is not done', async () => {
    for (const route of routes.filter(({ query }) => query === null)) {
      const { action } = route.description;
      const answer = await send(route, `${pathOf(route)}?type=files`);
      expect([action, answer.status, answer.body.code]).toEqual([action, 400, 'validation_failed']);
    }
  });

  it("gives a user's own backups and operations to the guards to tell, so that those of others can be closed to them", async () => {
    const { backupid } = await site.backups.getBackup(1);
    for (const route of routes.filter(({ description }) => OWNING.includes(description.action))) {
      const { action } = route.description;
      const stranger = await send(route, pathOf(route, '1', backupid ?? ''), { user: 'owner 8' });
      expect([action, stranger.status, stranger.body.code]).toEqual([action, 403, 'forbidden']);
      // a guard comes before validation
      const hostile = await send(route, pathOf(route, '1%20OR%201', 'x'), { user: 'owner 8' });
      expect([action, hostile.status, hostile.body.code]).toEqual([action, 404, 'not_found']);
      if (route.method !== 'GET') continue;
      const owner = await send(route, pathOf(route, '1', backupid ?? ''), { user: 'owner 7' });
      expect([action, owner.status]).toEqual([action, 200]);
    }
  });

  it('that changes something leaves a line in the audit trail, and no other does but a download', () => {
    for (const { description, method } of routes) {
      const changes = method !== 'GET' && description.action !== 'preview';
      expect([description.action, description.audited]).toEqual([
        description.action,
        changes || description.action === 'download',
      ]);
    }
  });

  it('takes ids for nothing else', async () => {
    for (const route of routes.filter(({ params }) => params !== null)) {
      for (const hostile of NO_IDS) {
        const { status, body } = await send(route, pathOf(route, hostile, hostile));
        expect([route.path, hostile, status, body.code]).toEqual([route.path, hostile, 400, 'validation_failed']);
        expect(body.detail.length).toBeLessThan(1000);
      }
    }
  });

  it('takes no value for a filter that is none, none twice, and no filter that it does not know', async () => {
    for (const route of routes.filter(({ method }) => method === 'GET')) {
      const known = route.query instanceof z.ZodObject ? Object.keys(route.query.shape) : [];
      const queries = [
        ...known.filter((name) => name !== 'path').flatMap((name) => NO_FILTERS.map((value) => `${name}=${value}`)),
        ...known.map((name) => `${name}=1&${name}=2`),
        ...known.map((name) => `${name}[x]=1`),
        ...(known.length > 0 ? ['unknown=1', ...INHERITED.map((name) => `${name}=1`), '__proto__[polluted]=1'] : []),
        ...known.flatMap((name) => [`${name}[__proto__]=1`, `${name}[constructor][prototype]=1`]),
      ];
      for (const query of queries) {
        const { status, body } = await send(route, `${pathOf(route)}?${query}`);
        expect([route.path, query, status, body.code]).toEqual([route.path, query, 400, 'validation_failed']);
      }
    }
  });

  it('takes a body of the type and with the fields that it knows, and none where it takes none', async () => {
    for (const route of routes.filter(({ method, description }) => method !== 'GET' && !description.mediaType)) {
      const refused: readonly (readonly [unknown, string, number, string | undefined])[] = [
        ['{"a":1}', 'text/plain', 415, 'unsupported_media_type'],
        ['<a/>', 'application/xml', 415, 'unsupported_media_type'],
        ['a=1', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
        ['{"unknown":1}', 'application/json', 400, 'validation_failed'],
        ['{"initiatedBy":1}', 'application/json', 400, 'validation_failed'],
        ['{"userid":1}', 'application/json', 400, 'validation_failed'],
        ...INHERITED.map(
          (name) => [`{"${name}":{"polluted":1}}`, 'application/json', 400, 'validation_failed'] as const,
        ),
        ['{"notes":[{"__proto__":{"polluted":1}}]}', 'application/json', 400, 'validation_failed'],
        ['[1]', 'application/json', 400, 'validation_failed'],
        // of the application's parser, before there is a route
        ['{"unknown":', 'application/json', 400, 'validation_failed'],
        ['{}', 'application/json; charset=x-none', 415, 'unsupported_media_type'],
        [JSON.stringify({ unknown: LONG, more: LONG }), 'application/json', 413, 'payload_too_large'],
      ];
      for (const [body, type, status, code] of refused) {
        const answer = await send(route, pathOf(route), { type, body });
        expect([route.path, body, answer.status, answer.body.code]).toEqual([route.path, body, status, code]);
        expect(answer.type).toBe('application/problem+json');
        expect(answer.text).not.toContain(LONG);
      }
    }
  });

  it('is the only one below the path: others are not found, and other methods not allowed', async () => {
    for (const path of ['1/nothing', 'operations/x/y/z', 'schedules/1/run/now', '%zz']) {
      const { status, type, body } = await site.ask('get', path);
      const expected = path === '%zz' ? [400, 'validation_failed'] : [404, 'route_not_found'];
      expect([path, status, body.code, type]).toEqual([path, ...expected, 'application/problem+json']);
    }
    for (const [method, path, allowed] of [
      ['put', '', 'GET, HEAD, POST'],
      ['patch', '1', 'GET, HEAD, DELETE'],
      ['get', '1/restore?x=1', 'POST'],
      ['delete', 'operations/x', 'GET, HEAD, PATCH'],
    ] as const) {
      const { status, body, headers } = await site.ask(method, path);
      expect([path, status, body.code, headers.allow]).toEqual([path, 405, 'method_not_allowed', allowed]);
    }
    // elsewhere it is the application that answers
    const { status, body } = await site.ask('get', '/admin/backupsx');
    expect([status, body.code]).toEqual([404, undefined]);
  });

  it.each([
    ['restore', { databases: ['../../etc=x'] }, 'not_found'],
    ['restore', { roots: ['../../etc'] }, 'not_found'],
    ['restore', { paths: ['../../etc/passwd'] }, 'not_found'],
    ['restore', { tables: ["orders'; DROP TABLE orders; -- "] }, 'not_found'],
    ['preview', { databases: ["x' OR '1'='1"] }, 'not_found'],
    ['preview', { mapCollations: ['a=b; DROP TABLE orders'] }, 'invalid_option'],
  ])('takes nothing in the body of a %s for a path or for SQL: %j', async (action, body, code) => {
    const answer = await site.ask('post', `1/${action}`, body);
    expect([answer.status < 500, answer.body.code]).toEqual([true, code]);
  });

  it.each([
    [{ compression: '../../etc/passwd' }, 'invalid_option'],
    [{ key: '../../etc/passwd' }, 'not_found'],
  ])('takes nothing in the body of a new backup for a path or for SQL: %j', async (body, code) => {
    const answer = await site.ask('post', '/admin/backups', body);
    expect([answer.status < 500, answer.body.code]).toEqual([true, code]);
  });

  it('takes no text that is a hundred thousand characters long', async () => {
    for (const route of routes.filter(({ body }) => body !== null)) {
      const names = fieldsOf(route.body);
      for (const name of names) {
        // just below the limit of the application's parser
        const long = LONG.slice(0, 90_000);
        for (const value of [long, [long]]) {
          const answer = await send(route, pathOf(route), {
            type: 'application/json',
            body: JSON.stringify({ [name]: value }),
          });
          expect([route.path, name, answer.status, answer.body.code]).toEqual([
            route.path,
            name,
            400,
            'validation_failed',
          ]);
          expect(answer.text.length).toBeLessThan(5000);
        }
      }
    }
  });

  it('shows of what went wrong inside nothing to the outside', async () => {
    await site.database.query('RENAME TABLE backup_history TO hidden');
    try {
      const { body } = await site.ask('get', '1');
      expect(body).toEqual({
        type: 'about:blank',
        title: 'Internal server error',
        status: 500,
        detail: 'Something went wrong; the log of the application says what.',
        code: 'internal_error',
      });
    } finally {
      await site.database.query('RENAME TABLE hidden TO backup_history');
    }
  });
});

/** Names of the fields of an object, whatever is around it. */
function fieldsOf(schema: z.ZodType | null): string[] {
  if (schema instanceof z.ZodPrefault) return fieldsOf(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

describe('A second check by the host', () => {
  const asked: Omit<ConfirmationRequest, 'request'>[] = [];
  let answer: boolean;
  let site: HttpSite;
  let id: number;

  beforeAll(async () => {
    site = await openHttpSite({
      confirm: ({ action, backupId, user }) => {
        asked.push({ action, backupId, user });
        return answer;
      },
    });
    id = await site.backUp();
  });

  afterAll(() => site.close());

  it('is asked by what replaces, deletes or gives away data, and by nothing else', async () => {
    answer = false;
    const routes = registeredRoutes(site.app.get(ModulesContainer)).filter(
      ({ path }) => path.includes(':id') || path.endsWith('cleanup'),
    );
    for (const { method, path, description } of routes) {
      asked.length = 0;
      const refused = await site.ask(method, `/${path.replace(':id', String(id))}`, method === 'GET' ? undefined : {});
      const isAsked = ['restore', 'undo', 'download', 'delete', 'cleanup'].includes(description.action);
      const backupId = path.includes(':id') ? id : null;
      expect([description.action, asked]).toEqual([
        description.action,
        isAsked ? [{ action: description.action, backupId, user: { id: 7, name: 'admin' } }] : [],
      ]);
      if (isAsked) expect(refused).toMatchObject({ status: 403, body: { code: 'confirmation_refused' } });
    }
    expect((await site.backups.getBackup(id)).status).toBe('completed');
    expect(await site.backups.getRestoreLog(id)).toEqual([]);
  });

  it('is asked about an operation that was prepared as about what it will do', async () => {
    answer = true;
    const waiting = await site.ask<OperationBody>('post', `${String(id)}/restore`, { interactive: true });
    answer = false;
    asked.length = 0;
    const path = `operations/${waiting.body.backupid}`;
    expect((await site.ask('post', `${path}/confirm`)).body.code).toBe('confirmation_refused');
    expect(asked).toEqual([{ action: 'restore', backupId: id, user: { id: 7, name: 'admin' } }]);
    expect((await site.ask<OperationBody>('get', path)).body.status).toBe('setting_ui');
    await site.ask('post', `${path}/cancel`);
  });

  it('lets through what it says yes to, with a line in the audit trail', async () => {
    answer = true;
    const restored = await site.work('post', `${String(id)}/restore`, {});
    expect(restored.status).toBe('finished_ok');
    const trail = await site.ask<AuditPage>('get', 'audit?limit=500');
    expect(trail.body.items.filter(({ action }) => action === 'restore')).toMatchObject([
      { status: 403, code: 'confirmation_refused', backupid: null },
      { status: 202, code: null },
      {
        request: `POST /admin/backups/${String(id)}/restore`,
        user: '7 (admin)',
        from: expect.stringContaining('127.0.0.1'),
        status: 202,
        code: null,
        backupid: restored.backupid,
      },
    ]);
  });
});

describe('A sender that is slow', () => {
  let site: HttpSite;

  beforeAll(async () => {
    site = await openHttpSite({ bodySeconds: 0.2, uploadIdleSeconds: 0.5 });
  });

  afterAll(() => site.close());

  /** Sends a request whose body never ends, byte by byte, and gives what came until the server hung up. */
  const drip = async (path: string, type: string): Promise<string> => {
    const { hostname, port } = new URL(site.url);
    const socket = connect(Number(port), hostname);
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    // what is sent after the hanging up
    socket.on('error', () => undefined);
    const head = ['X-User: admin 7', `Content-Type: ${type}`, 'Content-Length: 9999', 'Host: x'];
    socket.write(`POST ${path} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`);
    const dripping = setInterval(() => socket.write(' '), 20);
    // once() would reject for that error
    await new Promise((resolve) => socket.on('close', resolve));
    clearInterval(dripping);
    return Buffer.concat(received).toString();
  };

  it('is told so and hung up on, keeps nobody else from an answer, and nothing is done', async () => {
    const paths = [BASE, `${BASE}/1/restore`, `${BASE.toUpperCase()}/import?x`, `${BASE}/schedules/`];
    const slow = Promise.all(paths.map((path) => drip(path, 'application/json')));
    expect((await site.ask('get', 'stats')).status).toBe(200);
    for (const answer of await slow) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
      expect(answer).toContain('Content-Type: application/problem+json\r\n');
      expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ code: 'request_timeout', status: 408 });
    }
    expect(await site.database.query('SELECT id FROM backup_controllers')).toEqual([]);
  });

  it('cannot wait behind an answer either', async () => {
    // refused at once for its type, which parsers pass over
    expect(await drip(BASE, 'text/plain')).toMatch(/^HTTP\/1\.1 415 /);
  });

  it('of an archive is hung up on when nothing comes any more, and nothing is kept', async () => {
    const { hostname, port } = new URL(site.url);
    const socket = connect(Number(port), hostname);
    const head = ['X-User: admin 7', 'Content-Type: application/x-tar', 'Content-Length: 9999', 'Host: x'];
    socket.write(`POST ${BASE}/import HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${'\0'.repeat(512)}`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 [^]*Nothing came for 0\.5 s: nothing was kept; send it again\./);
    expect(await site.folder.files()).toEqual([]);
    socket.destroy();
  });
});

describe('Secrets', () => {
  it('go in and never come out', async () => {
    const passphrase = randomBytes(16).toString('hex');
    const site = await openHttpSite();
    try {
      const id = await site.backUp({ passphrase });
      const missing = await site.ask('post', `${String(id)}/preview`, {});
      expect(missing.body.code).toBe('identity_missing');
      expect((await site.ask('post', `${String(id)}/preview`, { passphrase })).status).toBe(200);
      const paths = ['/admin/backups', String(id), 'operations', 'audit', 'keys', 'stats', 'doctor', 'schedules'];
      const answers = await Promise.all(paths.map((path) => site.ask('get', path)));
      const dump = JSON.stringify([
        answers.map(({ text }) => text),
        await site.database.query('SELECT * FROM backup_controllers'),
        await site.database.query('SELECT * FROM backup_logs'),
        await site.database.query('SELECT * FROM backup_history'),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
      expect(dump).not.toContain(passphrase);
    } finally {
      await site.close();
    }
  });
});
