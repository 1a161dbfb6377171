import { BackupModule, type BackupModuleOptions, type HttpOptions } from '@app/backup';
import {
  Inject,
  Injectable,
  Module,
  type CanActivate,
  type DynamicModule,
  type ExecutionContext,
  type INestApplication,
} from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { App } from 'supertest/types.js';
import request from 'supertest';
import { createBackupFolder, hostDatabase, startApplication, type BackupFolder } from '../module/module-host.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const OPEN: HttpOptions = { path: 'admin/backups', guards: 'none' };
const PASSWORD = Symbol('PASSWORD');

@Module({ providers: [{ provide: PASSWORD, useValue: 'sesame' }], exports: [PASSWORD] })
class PasswordModule {}

/** A guard with something to inject. */
@Injectable()
class PasswordGuard implements CanActivate {
  constructor(@Inject(PASSWORD) private readonly password: string) {}

  canActivate(context: ExecutionContext): boolean {
    return context.switchToHttp().getRequest<IncomingMessage>().headers['x-password'] === this.password;
  }
}

describe('The option http', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let app: INestApplication<App> | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
  });

  afterAll(async () => {
    await folder.remove();
    await database.drop();
  });

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  const start = async (backup: DynamicModule): Promise<App> => {
    app = await startApplication({ imports: [hostDatabase(database.url), backup] });
    return app.getHttpServer();
  };
  const options = (): BackupModuleOptions => ({ storage: folder.url, threads: 1 });

  it('is off unless it is given', async () => {
    const server = await start(BackupModule.forRoot(options()));
    await request(server).get('/admin/backups').expect(404);
    await request(server).get('/').expect(404);
  });

  it.each([
    ['no guards', { path: 'admin/backups' }],
    ['an empty list of guards', { path: 'admin/backups', guards: [] }],
    ['a guard that an import cycle left undefined', { path: 'admin/backups', guards: [undefined] }],
  ])('with %s keeps the application from starting', (_, http) => {
    expect(() => BackupModule.forRoot({ ...options(), http: http as unknown as HttpOptions })).toThrow(
      "BackupModule option http.guards: the routes restore and delete data, so name the guards that protect them, or 'none' to open them to everybody.",
    );
  });

  it.each(['', '/', 'admin//backups', '../backups', 'admin/:id', 'a b'])('refuses the path %j', (path) => {
    expect(() => BackupModule.forRoot({ ...options(), http: { ...OPEN, path } })).toThrow(
      `BackupModule option http.path: ${JSON.stringify(path)} is not a path: use one such as admin/backups.`,
    );
  });

  it("opens the routes to everybody when guards is 'none'", async () => {
    const server = await start(BackupModule.forRoot({ ...options(), http: OPEN }));
    await request(server).get('/admin/backups').expect(200, { items: [], next: null });
  });

  it('stands beside the factory of forRootAsync, and lets guards inject from modules that it names', async () => {
    const http = { path: '/backups/', guards: [PasswordGuard], imports: [PasswordModule] };
    const server = await start(BackupModule.forRootAsync({ http, useFactory: options }));
    await request(server).get('/backups').set('x-password', 'sesame').expect(200);
    const refused = await request(server).get('/backups');
    expect(refused).toMatchObject({ status: 403, type: 'application/problem+json', body: { code: 'forbidden' } });
  });

  it('goes below the prefix of the application, in the places of operations too', async () => {
    const backup = BackupModule.forRoot({ ...options(), http: OPEN });
    app = await startApplication({ imports: [hostDatabase(database.url), backup] }, (it) => it.setGlobalPrefix('api'));
    const started = await request(app.getHttpServer()).post('/api/admin/backups').expect(202);
    expect(started.headers.location).toMatch(/^\/api\/admin\/backups\/operations\/[0-9a-f]{32}$/);
    await request(app.getHttpServer()).get(`${started.headers.location}/events`).expect(200);
  });
});
