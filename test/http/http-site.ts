import {
  BACKUP_ACTION,
  BackupModule,
  BackupService,
  type BackupModuleOptions,
  type HttpOptions,
  type ProblemDetails,
} from '@app/backup';
import {
  Injectable,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import request, { type Test } from 'supertest';
import type { OperationBody } from '../../libs/backup/src/http/schemas/operation.schema.js';
import { createBackupFolder, hostDatabase, startApplication, type BackupFolder } from '../module/module-host.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

export const BASE = '/admin/backups';

/** What readers may do. */
export const READING: readonly string[] = [
  'list',
  'show',
  'restores',
  'operations',
  'operation',
  'operation-log',
  'stats',
];

/** What owners may do with what they made themselves. */
export const OWNING: readonly string[] = [
  'show',
  'download',
  'restore',
  'delete',
  'operation',
  'operation-log',
  'cancel',
];

interface RoutedMessage extends IncomingMessage {
  readonly params: Readonly<Record<'id' | 'backupid', string | undefined>>;
}

/** A guard as hosts write them: who you are stands in a header, readers change nothing, and owners see only what is theirs. */
@Injectable()
export class RoleGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly backups: BackupService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const incoming = context.switchToHttp().getRequest<RoutedMessage & { user?: unknown }>();
    const [role, id] = [incoming.headers['x-user'] ?? ''].join().split(' ');
    if (role === '') throw new UnauthorizedException('Say who you are.');
    // a guard that forgot to say anything
    if (role === 'undecided') return undefined as unknown as boolean;
    incoming.user = { id: Number(id), name: role };
    const action: string = this.reflector.get(BACKUP_ACTION, context.getHandler());
    if (role === 'owner') return OWNING.includes(action) && (await this.makerOf(incoming.params)) === Number(id);
    return role === 'admin' || READING.includes(action);
  }

  private async makerOf({ id, backupid }: RoutedMessage['params']): Promise<number | null> {
    if (backupid !== undefined) return (await this.backups.getOperation(backupid)).userid;
    return (await this.backups.getBackup(Number(id))).initiatedBy;
  }
}

/** An answer, with what its body is taken for. */
export interface Answer<Body> {
  readonly status: number;
  /** Media type, without parameters. */
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly text: string;
}

/** A shop with the routes on, and somebody who may use them all. */
export interface HttpSite {
  readonly app: INestApplication;
  readonly backups: BackupService;
  readonly database: TestDatabase;
  readonly folder: BackupFolder;
  readonly url: string;
  /** Another application of the same site, to be closed by whoever asks for it. */
  replica(options?: Partial<BackupModuleOptions>): Promise<INestApplication>;
  /** A request, for what `ask` does not do. */
  send(method: string, path: string): Test;
  /** A request of the administrator, with a body or none. */
  ask<Body = ProblemDetails>(method: string, path: string, body?: object): Promise<Answer<Body>>;
  /** Follows an operation to its end. */
  finished(started: Answer<OperationBody>): Promise<OperationBody>;
  /** Starts work and follows it to its end. */
  work(method: string, path: string, body?: object): Promise<OperationBody>;
  /** Makes a backup over HTTP and gives its id. */
  backUp(settings?: object): Promise<number>;
  close(): Promise<void>;
}

export async function openHttpSite(
  http: Partial<HttpOptions> = {},
  options: Partial<BackupModuleOptions> = {},
): Promise<HttpSite> {
  const database = await createTestDatabase();
  const folder = await createBackupFolder();
  await database.query(`CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(100));
    INSERT INTO orders SELECT seq, CONCAT('order ', seq) FROM seq_1_to_500`);
  const start = async (more: Partial<BackupModuleOptions> = {}): Promise<INestApplication> => {
    const started = await startApplication({
      imports: [
        hostDatabase(database.url),
        BackupModule.forRoot({
          storage: folder.url,
          threads: 1,
          ...options,
          ...more,
          http: { path: 'admin/backups', guards: [RoleGuard], ...http },
        }),
      ],
    });
    return started.listen(0, '127.0.0.1').then(() => started);
  };
  const app = await start();
  const url = await app.getUrl();
  const backups = app.get(BackupService);

  const send = (method: string, path: string): Test =>
    request(url)[method.toLowerCase() as 'get'](path.startsWith('/') ? path : `${BASE}/${path}`);
  const ask = async <Body>(method: string, path: string, body?: object): Promise<Answer<Body>> =>
    await send(method, path).set('x-user', 'admin 7').send(body);
  const finished = async (started: Answer<OperationBody>): Promise<OperationBody> => {
    expect({ status: started.status, text: started.text }).toMatchObject({ status: 202 });
    const { text } = await ask('get', `${started.headers.location}/events`);
    const [, type, data] = /^event: (\w+)\ndata: (.*)$/.exec(text.trimEnd().split('\n\n').at(-1) ?? '') ?? [];
    expect(type).toBe('end');
    return JSON.parse(data) as OperationBody;
  };
  const work = async (method: string, path: string, body?: object): Promise<OperationBody> =>
    finished(await ask<OperationBody>(method, path, body));
  return {
    app,
    backups,
    database,
    folder,
    url,
    replica: start,
    send,
    ask,
    finished,
    work,
    async backUp(settings = {}) {
      const { status, backupId, error } = await work('post', BASE, settings);
      expect({ status, error }).toEqual({ status: 'finished_ok', error: null });
      return Number(backupId);
    },
    async close() {
      await app.close();
      await folder.remove();
      await database.drop();
    },
  };
}
