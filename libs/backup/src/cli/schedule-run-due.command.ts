import { SubCommand } from 'nest-commander';
import { BackupError } from '../errors/backup.error.js';
import type { DueOperationResult } from '../operations/prepared/due-operations.js';
import type { ScheduledRunResult } from '../schedules/due-schedules.js';
import { formatNumberOf } from '../format.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
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
    const failed = results.filter(({ outcome }) => outcome === 'failed');
    if (failed.length > 0) {
      throw new BackupError(
        signal.aborted ? 'cancelled' : 'query_failed',
        `${formatNumberOf(failed.length, 'scheduled run')} of ${String(results.length)} failed: ${failed.map(line).join(' ')}`,
      );
    }
    const text =
      results.length === 0 ? 'Nothing is due.\n' : results.map((result) => `${printable(line(result))}\n`).join('');
    return { document: results, text };
  }
}

function line(result: ScheduledRunResult | DueOperationResult): string {
  const { backupid, outcome, message } = result;
  if (!('scheduleId' in result)) {
    return `Operation ${backupid ?? ''} ${outcome}${message === null ? '.' : `: ${message}`}`;
  }
  const { scheduleId, name } = result;
  if (outcome === 'skipped') {
    // says itself whose run it was
    return `${message ?? ''}.`;
  }
  return `Schedule ${String(scheduleId)} (${name}) ${outcome}${message === null ? '.' : `: ${message}`}`;
}
