import { BackupEvents, BackupModule, BackupService } from '@app/backup';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { EventEmitter2, EventEmitterModule } from '@nestjs/event-emitter';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { CommandFactory } from 'nest-commander';
import { ScheduleTimers } from '../../libs/backup/src/schedules/schedule-timers.js';
import { hostDatabase, startApplication } from '../module/module-host.js';
import { addSchedule, createScheduleSite, type ScheduleSite } from './schedule-site.js';

describe('The timers of schedules', () => {
  let site: ScheduleSite;

  beforeAll(async () => {
    site = await createScheduleSite();
  });

  afterEach(() => site.clear());

  afterAll(() => site.remove());

  const jobsOf = (app: INestApplicationContext): string[] => [...app.get(SchedulerRegistry).getCronJobs().keys()];

  it('are there from the start, one an active schedule, in its time zone', async () => {
    const { backups } = await site.start();
    const schedule = await addSchedule(backups, { cronExpression: '30 2 * * *', timeZone: 'Europe/Berlin' });
    await addSchedule(backups, { isActive: false });

    const { app } = await site.start();
    expect(jobsOf(app)).toEqual([`backup:${String(schedule.id)}`]);
    const job = app.get(SchedulerRegistry).getCronJob(`backup:${String(schedule.id)}`);
    expect(job.isActive).toBe(true);
    expect(job.cronTime.timeZone).toBe('Europe/Berlin');
    expect(job.nextDate().toMillis()).toBe(schedule.nextRunAt?.getTime());
  });

  it('follow the service at once', async () => {
    const { app, backups } = await site.start();
    const { id } = await addSchedule(backups);
    const name = `backup:${String(id)}`;
    expect(jobsOf(app)).toEqual([name]);
    await backups.updateSchedule(id, { cronExpression: '0 4 * * *' });
    expect(app.get(SchedulerRegistry).getCronJob(name).cronTime.source).toBe('0 4 * * *');
    await backups.updateSchedule(id, { isActive: false });
    expect(jobsOf(app)).toEqual([]);
    await backups.updateSchedule(id, { isActive: true });
    expect(jobsOf(app)).toEqual([name]);
    await backups.deleteSchedule(id);
    expect(jobsOf(app)).toEqual([]);
  });

  it('follow other replicas and changes by hand with the next look at the table', async () => {
    const [{ app }, other] = await Promise.all([site.start(), site.start()]);
    const first = await addSchedule(other.backups);
    const second = await addSchedule(other.backups);
    const timers = app.get(ScheduleTimers);
    await timers.refresh();
    expect(jobsOf(app)).toEqual([first, second].map(({ id }) => `backup:${String(id)}`));

    await site.database.query("UPDATE backup_schedule SET cron_expression = '0 5 * * *' WHERE id = ?", [first.id]);
    await site.database.query('UPDATE backup_schedule SET is_active = 0 WHERE id = ?', [second.id]);
    await timers.refresh();
    expect(jobsOf(app)).toEqual([`backup:${String(first.id)}`]);
    expect(app.get(SchedulerRegistry).getCronJob(`backup:${String(first.id)}`).cronTime.source).toBe('0 5 * * *');
  });

  it('carry out a run when it is due', async () => {
    const { app, backups } = await site.start();
    const completed = app.get(EventEmitter2, { strict: false }).waitFor(BackupEvents.completed);
    const { id } = await addSchedule(backups, { cronExpression: '* * * * * *' });
    await completed;
    await backups.updateSchedule(id, { isActive: false });
    expect(await backups.listBackups({ scheduleId: id })).not.toEqual([]);
  });

  it('are none in a process that runs one command', async () => {
    const { backups } = await site.start();
    await addSchedule(backups);

    @Module({
      imports: [
        hostDatabase(site.database.url),
        EventEmitterModule.forRoot(),
        ScheduleModule.forRoot(),
        BackupModule.forRoot({ storage: site.folder.url }),
      ],
    })
    class CommandLineModule {}
    const app = await CommandFactory.createWithoutRunning(CommandLineModule, { logger: false });
    try {
      await app.init();
      expect(await app.get(BackupService).getSchedules()).toHaveLength(1);
      expect(jobsOf(app)).toEqual([]);
    } finally {
      await app.close();
    }
  });

  it.each([
    ['without ScheduleModule.forRoot()', { imports: [] }, {}],
    ['where the module is told so', { imports: [ScheduleModule.forRoot()] }, { schedules: false }],
  ])('are none %s, and due runs can be carried out all the same', async (_where, { imports }, extras) => {
    const { backups } = await site.start();
    const { nextRunAt } = await addSchedule(backups);
    const app = await startApplication({
      imports: [
        hostDatabase(site.database.url),
        BackupModule.forRoot({ storage: site.folder.url, ...extras }),
        ...imports,
      ],
    });
    try {
      const registry = imports.length > 0 ? jobsOf(app) : [];
      expect(registry).toEqual([]);
      const results = await app.get(BackupService).runScheduledBackups({ now: nextRunAt ?? undefined });
      expect(results).toMatchObject([{ outcome: 'completed' }]);
    } finally {
      await app.close();
    }
  });

  it('leave nothing behind when the application closes', async () => {
    const { app, backups } = await site.start();
    await addSchedule(backups);
    await app.close();
    expect(jobsOf(app)).toEqual([]);
  });
});
