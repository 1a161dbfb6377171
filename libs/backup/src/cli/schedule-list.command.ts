import { SubCommand } from 'nest-commander';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { formatTime } from '../format.js';
import { scheduledType } from './schedule-flags.js';
import { localTime, showSchedule, type ShownSchedule } from './schedule-text.js';
import { renderTable } from './tables.js';

const HEAD = ['ID', 'NAME', 'TYPE', 'WHEN', 'TIME ZONE', 'LAST RUN (UTC)', 'NEXT RUN', 'NOTE'];

@SubCommand({ name: 'list', description: 'List the schedules. Example: backup:schedule list' })
export class BackupScheduleListCommand extends BackupCommand<CommonOptions> {
  protected async execute(): Promise<CommandResult> {
    const schedules = await this.backups.getSchedules();
    const now = new Date();
    const shown = await Promise.all(schedules.map((schedule) => showSchedule(schedule, now)));
    const text = shown.length === 0 ? 'No schedules.\n' : renderTable(HEAD, shown.map(cells), [0]);
    return { document: shown, text };
  }
}

function cells(schedule: ShownSchedule): string[] {
  const [next] = schedule.nextRuns;
  return [
    String(schedule.id),
    schedule.name,
    scheduledType(schedule),
    schedule.inWords,
    schedule.timeZone,
    formatTime(schedule.lastRunAt),
    schedule.nextRuns.length === 0 ? 'paused' : localTime(next, schedule.timeZone),
    schedule.lastError ?? '',
  ];
}
