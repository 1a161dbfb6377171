/**
 * An application that does nothing but run schedules, and what a queue in Redis gives it, for measurements and for tests with several processes. It says what
 * its operations do, a JSON document a line.
 */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { EventEmitter2, EventEmitterModule } from '@nestjs/event-emitter';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';

/** @typedef {typeof import('../libs/backup/src/index.js')} Library */

const { BACKUP_ENTITIES, BackupModule, backupMigrations } = /** @type {Library} */ (
  await import(new URL('../dist/nestjs-backup/index.js', import.meta.url).href)
);

const { REDIS_URL: connection } = process.env;

class ScheduleHost {
  description = 'runs schedules';
}

const startedAt = performance.now();
const before = process.cpuUsage();
const app = await NestFactory.createApplicationContext(
  {
    module: ScheduleHost,
    imports: [
      TypeOrmModule.forRoot({
        type: 'mysql',
        url: process.env.DATABASE_URL,
        entities: [...BACKUP_ENTITIES],
        migrations: [...backupMigrations],
        migrationsRun: true,
      }),
      EventEmitterModule.forRoot(),
      ScheduleModule.forRoot(),
      BackupModule.forRoot({
        storage: process.env.BACKUP_STORAGE_URL ?? '',
        threads: 1,
        leaseSeconds: Number(process.env.LEASE_SECONDS ?? '60'),
        queue: connection ? { driver: 'bullmq', connection } : undefined,
      }),
    ],
  },
  { logger: ['error'] },
);
// SIGUSR2, which Nest would end it with too, asks for figures here
app.enableShutdownHooks(['SIGTERM']);
app.get(EventEmitter2).on('operation.changed', (/** @type {object} */ change) => say({ change }));
process.on('SIGUSR2', () => say({ cpu: process.cpuUsage() }));
say({
  ready: {
    milliseconds: performance.now() - startedAt,
    cpu: process.cpuUsage(before),
    jobs: app.get(SchedulerRegistry).getCronJobs().size,
  },
});

/** @param {object} document */
function say(document) {
  process.stdout.write(`${JSON.stringify(document)}\n`);
}
