import { SubCommand } from 'nest-commander';
import type { DueOperationResult } from '../operations/prepared/due-operations.js';
import type { ScheduledRunResult } from '../schedules/due-schedules.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { describeSchedule } from '../schedules/schedule.errors.js';
import { exitCodeOf } from './exit-codes.js';
import { printable } from '../printable.js';

@SubCommand({
  name: 'run-due',
  description: 'Carry out what is due, for hosts with a cron of their own',
})
export class BackupScheduleRunDueCommand extends BackupCommand<CommonOptions> {
  readonly manual: Manual = {
    examples: [['backup:schedule run-due', 'Run what is due now; once a minute from cron.']],
  };

  protected async execute(_options: CommonOptions, signal: AbortSignal): Promise<CommandResult> {
    const scheduled = await this.backups.runScheduledBackups({ signal });
    const results = [...scheduled, ...(await this.backups.runDueOperations({ signal }))];
    const text =
      results.length === 0 ? 'Nothing is due.\n' : results.map((result) => `${printable(line(result))}\n`).join('');
    return { document: results, text, exitCode: signal.aborted ? exitCodeOf(signal.reason) : exitCodeFor(results) };
  }
}

function exitCodeFor(results: readonly (ScheduledRunResult | DueOperationResult)[]): number {
  return results.some(({ outcome }) => outcome === 'failed' || outcome === 'disabled') ? 1 : 0;
}

function line(result: ScheduledRunResult | DueOperationResult): string {
  const { backupid, outcome, message } = result;
  const ending = message === null ? '.' : `: ${message}`;
  if (!('scheduleId' in result)) {
    return `Operation ${backupid ?? ''} ${outcome}${ending}`;
  }
  if (outcome === 'skipped') {
    // says itself whose run it was
    return `${message ?? ''}.`;
  }
  const { scheduleId, name } = result;
  const schedule = describeSchedule({ id: scheduleId, name });
  if (outcome === 'disabled') {
    const advice = `Correct it, and then switch it on with backup:schedule resume --id=${String(scheduleId)}.`;
    return `${schedule} was switched off${ending} ${advice}`;
  }
  return `${schedule} ${outcome}${ending}`;
}
