import type { BackupModuleOptions, BackupSchedule, BackupService, ScheduleSettings } from '@app/backup';
import { ScheduleModule } from '@nestjs/schedule';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** A small database, a storage folder, and as many applications on them as a test starts. */
export interface ScheduleSite {
  readonly database: TestDatabase;
  readonly folder: BackupFolder;
  /** Starts an application. */
  readonly start: (options?: Partial<BackupModuleOptions>) => Promise<ModuleHost>;
  /** Closes the applications and empties the catalog. */
  readonly clear: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

export async function createScheduleSite(): Promise<ScheduleSite> {
  const database = await createTestDatabase();
  const folder = await createBackupFolder();
  await database.query('CREATE TABLE orders (id INT PRIMARY KEY); INSERT INTO orders VALUES (1), (2), (3)');
  await database.query('CREATE TABLE log_visits (id INT PRIMARY KEY); INSERT INTO log_visits VALUES (1)');
  const hosts: ModuleHost[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(hosts.splice(0).map(({ app }) => app.close()));
  };
  return {
    database,
    folder,
    async start(options) {
      const host = await startModuleHost(
        database.url,
        { storage: folder.url, ...options },
        { imports: [ScheduleModule.forRoot()] },
      );
      hosts.push(host);
      return host;
    },
    async clear() {
      await close();
      await database.query('DELETE FROM backup_schedule; DELETE FROM backup_controllers; DELETE FROM backup_logs');
      await database.query('DELETE FROM backup_history; DELETE FROM backup_encryption_key');
    },
    async remove() {
      await close();
      await folder.remove();
      await database.drop();
    },
  };
}

/** A schedule of backups for each day at three, with these settings besides. */
export function addSchedule(backups: BackupService, settings: Partial<ScheduleSettings> = {}): Promise<BackupSchedule> {
  return backups.createSchedule({ name: 'nightly', backupType: 'database', cronExpression: '0 3 * * *', ...settings });
}

/** A moment after the next run of a schedule. */
export function whenDue({ nextRunAt }: BackupSchedule, laterBySeconds = 0): Date {
  if (nextRunAt === null) throw new Error('The schedule is not due at any time.');
  return new Date(nextRunAt.getTime() + laterBySeconds * 1000);
}
