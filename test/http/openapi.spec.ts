import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeBackupRoutes } from '@app/backup';
import { ModulesContainer } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { registeredRoutes } from '../../libs/backup/src/http/registered-routes.js';
import type { OperationBody } from '../../libs/backup/src/http/schemas/operation.schema.js';
import { runWithClient } from './generated-client.js';
import { openHttpSite, type HttpSite } from './http-site.js';

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object; example?: unknown }>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly content?: Readonly<Record<string, { schema: object; example?: unknown; examples?: object }>> }
    >
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

interface Found {
  readonly status: number;
  readonly body: unknown;
  readonly location: string;
}

const RECIPIENT = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
/** What somebody writes with a client that was generated from the document. */
const PROGRAM = `
import { client } from './client/client.gen.js';
import * as api from './client/index.js';

export async function run(baseUrl: string): Promise<unknown> {
  client.setConfig({ baseUrl, headers: { 'x-user': 'admin 7' } });
  const made = await api.backupCreate({ body: { type: 'database', notes: 'typed' }, throwOnError: true });
  const events = await api.backupOperationEvents({ path: { backupid: made.data.backupid } });
  let seen = 0;
  for await (const _ of events.stream) seen += 1;
  const ended = await api.backupOperation({ path: { backupid: made.data.backupid }, throwOnError: true });
  const { status, progress, backupId } = ended.data;
  if (status !== 'finished_ok' || backupId === null) throw new Error(status);

  const shown = await api.backupShow({ path: { id: String(backupId) }, throwOnError: true });
  const size: number = shown.data.fileSize;
  const { data: archive } = await api.backupDownload({ path: { id: String(backupId) }, parseAs: 'blob' });
  const refused = await api.backupRestore({ path: { id: '999999' }, body: { databases: ['shop'] } });
  if (refused.error === undefined) throw new Error('There is no such backup');
  const code: 'not_found' | string = refused.error.code;
  const listed = await api.backupList({ query: { limit: '1', status: 'completed' }, throwOnError: true });
  return { seen: seen > 0, progress, notes: listed.data.items[0]?.notes, code, isLarger: (archive as Blob).size > size };
}
`;
const NIGHTLY = { name: 'nightly', cronExpression: '@daily', backupType: 'database' };

describe('The OpenAPI document', () => {
  let site: HttpSite;
  let document: Document;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });

  beforeAll(async () => {
    site = await openHttpSite();
    const config = new DocumentBuilder().setOpenAPIVersion('3.1.0').build();
    const made = describeBackupRoutes(site.app, SwaggerModule.createDocument(site.app, config));
    // as a client gets it
    document = JSON.parse(JSON.stringify(made)) as Document;
    ajv.addSchema(document, 'document');
  });

  afterAll(() => site.close());

  const operations = (): { method: string; path: string; operation: Operation }[] =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
    );

  const schemaAt = (...keys: string[]): string =>
    `document#/${keys.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;

  const expectValid = (pointer: string, value: unknown, what: unknown): void => {
    const validate = ajv.getSchema(pointer);
    expect([what, validate?.(value), validate?.errors ?? null]).toEqual([what, true, null]);
  };

  /** A client that knows nothing but the document; what comes back is what that says. */
  const call = async (
    operationId: string,
    {
      path = {},
      query = {},
      body,
    }: { path?: Record<string, unknown>; query?: Record<string, string>; body?: object } = {},
  ): Promise<Found> => {
    const found = operations().find(({ operation }) => operation.operationId === operationId);
    if (found === undefined) throw new Error(`The document has no ${operationId}`);
    const { method, path: template, operation } = found;
    const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => String(path[name]));
    const known = operation.parameters.map(({ name }) => name);
    expect(known).toEqual(expect.arrayContaining([...Object.keys(path), ...Object.keys(query)]));
    const [type = 'application/json'] = Object.keys(operation.requestBody?.content ?? {});
    const request = site
      .send(method, `${filled}?${new URLSearchParams(query).toString()}`)
      .set({ 'x-user': 'admin 7', ...(body !== undefined && { 'content-type': type }) });
    const answer = await (body === undefined ? request : request.send(body));
    const status = String(answer.status);
    const answered = answer.type === '' ? null : operation.responses[status].content?.[answer.type];
    expect([operationId, status, answer.type, answered === undefined]).toEqual([
      operationId,
      status,
      answer.type,
      false,
    ]);
    if (answer.type.endsWith('json')) {
      const keys = ['paths', template, method, 'responses', status, 'content', answer.type, 'schema'];
      expectValid(schemaAt(...keys), answer.body, operationId);
    }
    return { status: answer.status, body: answer.body, location: answer.headers.location };
  };

  it('has every route, with every schema that requests are validated by', () => {
    const described = operations()
      .map(({ operation }) => operation.operationId)
      .sort();
    const registered = registeredRoutes(site.app.get(ModulesContainer)).map(
      ({ description: { action } }) => `backup_${action.replaceAll('-', '_')}`,
    );
    expect(described).toEqual(registered.sort());
    for (const route of registeredRoutes(site.app.get(ModulesContainer))) {
      const { operation } =
        operations().find(
          ({ operation: { operationId } }) => operationId === `backup_${route.description.action.replaceAll('-', '_')}`,
        ) ?? {};
      expect([route.path, operation?.requestBody !== undefined]).toEqual([
        route.path,
        route.body !== null || route.description.mediaType !== undefined,
      ]);
    }
  });

  it('has examples that it allows itself: of each body of JSON, of each answer, and of each problem', () => {
    for (const { path, method, operation } of operations()) {
      const { example } = operation.requestBody?.content['application/json'] ?? {};
      if (operation.requestBody?.content['application/json'] !== undefined) {
        const keys = ['paths', path, method, 'requestBody', 'content', 'application/json', 'schema'];
        expect([operation.operationId, example]).toEqual([operation.operationId, expect.anything()]);
        expectValid(schemaAt(...keys), example, operation.operationId);
      }
      for (const [status, { content }] of Object.entries(operation.responses)) {
        for (const [type, { example: answer }] of Object.entries(content ?? {}))
          if (type === 'application/json') {
            const keys = ['paths', path, method, 'responses', status, 'content', type, 'schema'];
            expect([operation.operationId, answer]).toEqual([operation.operationId, expect.anything()]);
            expectValid(schemaAt(...keys), answer, operation.operationId);
          }
        const examples = Object.values(content?.['application/problem+json']?.examples ?? {}) as { value: unknown }[];
        expect([status, examples.length > 0]).toEqual([status, status === 'default' || Number(status) >= 400]);
        for (const { value } of examples)
          expectValid(schemaAt('components', 'schemas', 'BackupProblem'), value, status);
      }
    }
  });

  it('makes a client with types, which compiles and works', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nestjs-backup-client-'));
    try {
      expect(await runWithClient(folder, document, PROGRAM, site.url)).toEqual({
        errors: [],
        result: { seen: true, progress: 1, notes: 'typed', code: 'not_found', isLarger: true },
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is all that a client needs, and what the routes really answer', async () => {
    const called = new Set<string>();
    const ask = (operationId: string, request?: Parameters<typeof call>[1]): Promise<Found> => {
      called.add(operationId);
      return call(operationId, request);
    };
    /** Starts work and follows it to its end. */
    const work = async (operationId: string, request?: Parameters<typeof call>[1]): Promise<OperationBody> => {
      const { status, body } = await ask(operationId, request);
      expect([operationId, status]).toEqual([operationId, 202]);
      const { backupid } = body as OperationBody;
      await ask('backup_operation_events', { path: { backupid } });
      const ended = (await ask('backup_operation', { path: { backupid } })).body as OperationBody;
      expect([operationId, ended.status, ended.error]).toEqual([operationId, 'finished_ok', null]);
      return ended;
    };

    const { backupid, backupId: id } = await work('backup_create', {
      body: { type: 'database', notes: 'by a client' },
    });
    const path = { id };
    await ask('backup_list', { query: { limit: '1', status: 'completed' } });
    expect((await ask('backup_show', { path })).body).toMatchObject({
      id,
      notes: 'by a client',
    });
    await work('backup_verify', { path, body: { level: 'full' } });
    await ask('backup_preview', { path, body: {} });
    await work('backup_restore', { path, body: {} });
    await work('backup_undo', { path });
    await ask('backup_restores', { path });
    await ask('backup_pin', { path, body: { reason: 'kept' } });
    await ask('backup_unpin', { path });
    await ask('backup_download', { path, query: { path: 'README.txt' } }).catch(() => ask('backup_download', { path }));
    const waiting = (await ask('backup_verify', { path, body: { interactive: true } })).body as OperationBody;
    const prepared = { path: { backupid: waiting.backupid } };
    await ask('backup_change_operation', { ...prepared, body: { level: 'quick' } });
    await work('backup_confirm_operation', { ...prepared, body: {} });
    await ask('backup_operations', { query: { operation: 'backup' } });
    await ask('backup_operation_log', { path: { backupid } });
    expect((await ask('backup_cancel', { path: { backupid } })).status).toBe(409);

    const key = (await ask('backup_add_key', { body: { label: 'vault', recipients: [RECIPIENT] } })).body as {
      id: number;
    };
    await ask('backup_keys');
    await ask('backup_retire_key', { path: { id: key.id } });

    const saved = (await ask('backup_add_schedule', { body: NIGHTLY })).body as { id: number };
    const schedule = { path: { id: saved.id } };
    await ask('backup_schedules');
    await ask('backup_schedule', schedule);
    await ask('backup_change_schedule', { ...schedule, body: { isActive: false } });
    await ask('backup_next_runs', { ...schedule, query: { count: '3' } });
    await work('backup_run_schedule', schedule);
    expect((await ask('backup_remove_schedule', schedule)).status).toBe(204);

    await ask('backup_cleanup_plan', { query: { decision: 'delete' } });
    await work('backup_cleanup', { body: { maxDelete: 5 } });
    await ask('backup_import_sets', { body: {} });

    await ask('backup_stats');
    await ask('backup_doctor');
    await ask('backup_audit', { query: { limit: '500' } });
    expect((await ask('backup_import', { body: Buffer.from('no archive') })).status).toBe(422);
    await work('backup_delete', { path });
    expect((await ask('backup_restore', { path, body: {} })).status).toBe(404);

    expect([...called].sort()).toEqual(
      operations()
        .map(({ operation }) => operation.operationId)
        .sort(),
    );
  });
});
