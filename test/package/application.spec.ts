import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createApplication, packLibrary, type EmptyApplication, type PackedLibrary } from './packed-library.js';

jest.setTimeout(180_000);

/** What the README asks an application for, in plain JavaScript. */
const APP_MODULE = `
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BACKUP_ENTITIES, BackupModule, backupMigrations } from 'nestjs-backup';

export class AppModule {}
Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'mysql',
      url: process.env.DATABASE_URL,
      entities: [...BACKUP_ENTITIES],
      migrations: [...backupMigrations],
      migrationsRun: true,
    }),
    EventEmitterModule.forRoot(),
    BackupModule.forRoot({ storage: process.env.BACKUP_STORAGE_URL, isGlobal: true }),
  ],
})(AppModule);
`;

const MAIN = `
import { NestFactory } from '@nestjs/core';
import { BackupService } from 'nestjs-backup';
import { DataSource } from 'typeorm';
import { AppModule } from './app.module.js';

const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
const backups = app.get(BackupService);
const id = await backups.createBackup('database');
await backups.verifyBackup(id);
await app.get(DataSource).query('DELETE FROM orders');
const { status } = await backups.restore(id);
const { verified, backupName } = await backups.getBackup(id);
const commander = await import('nest-commander').then(() => 'installed', (error) => error.code);
console.log(JSON.stringify({ status, verified, backupName, commander }));
await app.close();
`;

/** A folder above the application's may hold what it has not installed: Node is told not to look. */
const WITHOUT_COMMANDER = `
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (!specifier.startsWith('nest-commander')) return nextResolve(specifier, context);
    throw Object.assign(new Error('nest-commander is not installed'), { code: 'ERR_MODULE_NOT_FOUND' });
  },
});
`;

const CLI = `
import { Module } from '@nestjs/common';
import { CommandFactory } from 'nest-commander';
import { BACKUP_COMMANDS, reportCommandError } from 'nestjs-backup/cli';
import { AppModule } from './app.module.js';

class CliModule {}
Module({ imports: [AppModule], providers: [...BACKUP_COMMANDS] })(CliModule);
await CommandFactory.run(CliModule, { logger: false, serviceErrorHandler: reportCommandError });
`;

const CONSUMER = `
import { BackupError, BackupEvents, BackupHistory, BackupModule, BackupService, BackupType } from 'nestjs-backup';
import type { BackupCompletedEvent, BackupModuleOptions, BackupOptionsFactory, RestorePreview } from 'nestjs-backup';
import { BACKUP_COMMANDS, exitCodeOf, reportCommandError } from 'nestjs-backup/cli';
import { Injectable, Module, type Type } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';

@Injectable()
class Options implements BackupOptionsFactory {
  createBackupOptions(): BackupModuleOptions {
    return { storage: 'file:///var/backups/shop', databases: ['shop'], compression: 'zstd:3', retention: { daily: 7 } };
  }
}

@Injectable()
export class Nightly {
  constructor(private readonly backups: BackupService) {}

  async run(): Promise<BackupHistory> {
    const id: number = await this.backups.createBackup(BackupType.DATABASE, { notes: 'nightly' });
    const preview: RestorePreview = await this.backups.previewRestore(id);
    await this.backups.restore(id, { tables: preview.tables.map(({ table }) => table) });
    return this.backups.getBackup(id);
  }

  @OnEvent(BackupEvents.completed)
  completed({ id, fileSize, warnings }: BackupCompletedEvent): [number, number, readonly string[]] {
    return [id, fileSize, warnings];
  }
}

@Module({
  imports: [
    BackupModule.forRoot({ storage: 'file:///var/backups/shop', isGlobal: true, dataSource: 'archive' }),
    BackupModule.forRootAsync({ useClass: Options, isGlobal: false }),
    BackupModule.forRootAsync({ inject: [Options], useFactory: (options: Options) => options.createBackupOptions() }),
  ],
  providers: [Nightly, ...BACKUP_COMMANDS],
})
export class ShopModule {}

export const commands: readonly Type<unknown>[] = BACKUP_COMMANDS;
export const report: (error: unknown) => void = reportCommandError;
export const code: number = exitCodeOf(new BackupError('not_found', 'gone'));
`;

describe('An empty Nest application with the packed library', () => {
  let library: PackedLibrary;
  let application: EmptyApplication;
  let database: TestDatabase;
  let storage: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    library = await packLibrary();
  });

  afterAll(() => library.remove());

  beforeEach(async () => {
    database = await createTestDatabase();
    storage = await mkdtemp(join(tmpdir(), 'nestjs-backup-app-storage-'));
    env = { DATABASE_URL: database.url, BACKUP_STORAGE_URL: pathToFileURL(storage).href };
    await database.query("CREATE TABLE orders (id INT PRIMARY KEY, item TEXT); INSERT INTO orders VALUES (1, 'lamp')");
  });

  afterEach(async () => {
    try {
      await application.remove();
    } finally {
      await rm(storage, { recursive: true, force: true });
      await database.drop();
    }
  });

  it('backs up, verifies, restores and ends by itself, without nest-commander', async () => {
    application = await createApplication(library, ['nest-commander']);
    await application.write('app.module.js', APP_MODULE);
    await application.write('main.js', MAIN);
    await application.write('without-commander.js', WITHOUT_COMMANDER);

    const { exitCode, stdout, stderr } = await application.node('main.js', {
      ...env,
      NODE_OPTIONS: '--import ./without-commander.js',
    });

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      status: 'completed',
      verified: true,
      backupName: expect.stringMatching(/-database-[0-9a-f]{6}$/),
      commander: 'ERR_MODULE_NOT_FOUND',
    });
    expect(await database.query('SELECT * FROM orders')).toEqual([{ id: 1, item: 'lamp' }]);
    expect(await readdir(storage)).toHaveLength(1);
  });

  it('runs the commands of nestjs-backup/cli in a command line of its own', async () => {
    application = await createApplication(library, []);
    await application.write('app.module.js', APP_MODULE);
    const command = async (...words: string[]): Promise<unknown> => {
      const program = `process.argv.push(...${JSON.stringify(words)}); await import('./run.js');`;
      await application.write('run.js', CLI);
      await application.write('cli.js', program);
      const { exitCode, stdout, stderr } = await application.node('cli.js', env);
      return { exitCode, stderr, document: stdout === '' ? null : (JSON.parse(stdout) as unknown) };
    };

    expect(await command('backup:create', '--type=database', '--json')).toMatchObject({
      exitCode: 0,
      document: { status: 'completed' },
    });
    expect(await command('backup:show', '--id=7', '--json')).toEqual({
      exitCode: 3,
      stderr: 'There is no backup 7: see backup:list.\n',
      document: { error: { code: 'not_found', message: 'There is no backup 7: see backup:list.' } },
    });
  });

  it('type-checks against the packed types, under nodenext and strict', async () => {
    application = await createApplication(library, []);
    await application.write('consumer.ts', CONSUMER);
    await application.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          moduleResolution: 'nodenext',
          target: 'es2023',
          strict: true,
          noEmit: true,
          types: ['node'],
          experimentalDecorators: true,
          emitDecoratorMetadata: true,
          // the library's own types are looked at as well; what other packages get wrong is left out below
          skipLibCheck: false,
        },
        files: ['consumer.ts'],
      }),
    );

    const { stdout } = await application.run('tsc', '--pretty', 'false');
    const errors = stdout.split('\n').filter((line) => /^(?:consumer\.ts|node_modules\/nestjs-backup\/)/.test(line));
    expect(errors).toEqual([]);

    await application.write('consumer.ts', `${CONSUMER}\nexport const wrong: string = code;\n`);
    expect((await application.run('tsc', '--pretty', 'false')).stdout).toContain('consumer.ts');
  });
});
