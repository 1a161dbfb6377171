import { SubCommand } from 'nest-commander';
import { formatTime } from '../format.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { scheduledType } from './schedule-flags.js';
import { localTime, showSchedule, type ShownSchedule } from './schedule-text.js';
import { renderTable, type Cell, type Column } from './terminal/table.js';

const COLUMNS: readonly Column[] = [
  { head: 'ID', align: 'right' },
  { head: 'NAME', narrow: 'wrap' },
  { head: 'TYPE' },
  { head: 'WHEN', narrow: 'wrap' },
  { head: 'TIME ZONE', narrow: 'drop' },
  { head: 'LAST RUN (UTC)', narrow: 'drop' },
  { head: 'NEXT RUN', narrow: 'wrap' },
  { head: 'NOTE', narrow: 'wrap' },
];

@SubCommand({ name: 'list', description: 'List the schedules' })
export class BackupScheduleListCommand extends BackupCommand<CommonOptions> {
  readonly manual: Manual = {
    examples: [['backup:schedule list', 'List them with their next runs.']],
  };

  protected async execute(): Promise<CommandResult> {
    const schedules = await this.backups.getSchedules();
    const now = new Date();
    const shown = await Promise.all(schedules.map((schedule) => showSchedule(schedule, now)));
    const text = shown.length === 0 ? 'No schedules.\n' : renderTable(COLUMNS, shown.map(cells));
    return { document: shown, text };
  }
}

function cells(schedule: ShownSchedule): Cell[] {
  const [next] = schedule.nextRuns;
  return [
    String(schedule.id),
    schedule.name,
    scheduledType(schedule),
    schedule.inWords,
    schedule.timeZone,
    formatTime(schedule.lastRunAt),
    schedule.nextRuns.length === 0 ? { text: 'paused', style: 'yellow' } : localTime(next, schedule.timeZone),
    { text: schedule.lastError ?? '', style: 'red' },
  ];
}
