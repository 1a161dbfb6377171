import { Command } from 'nest-commander';
import type { DoctorReport, DoctorStatus } from '../doctor/doctor-report.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import type { Style } from './terminal/screen.js';
import { renderTable, type Cell, type Column } from './terminal/table.js';

const COLUMNS: readonly Column[] = [{ head: 'STATUS' }, { head: 'CHECK' }, { head: 'FINDING', narrow: 'wrap' }];

const STYLES: Readonly<Record<DoctorStatus, Style>> = { ok: 'green', warning: 'yellow', error: 'red' };

@Command({
  name: 'backup:doctor',
  description: 'Try out what backups and restores need',
})
export class BackupDoctorCommand extends BackupCommand<CommonOptions> {
  readonly manual: Manual = {
    description: [
      'Looks at the server and its privileges, the clocks, the storage (an object is written, read and deleted) and the room in it, the keys, the schedules and the last results. Each line is ok, a warning, or an error with what to do. Ends with 1 when something does not work.',
    ],
    examples: [
      ['backup:doctor', 'Look at everything.'],
      ['backup:doctor --json', 'The same for a monitoring program.'],
    ],
  };

  /** What is wrong is a finding: nothing is cleaned up, which might fail for it. */
  protected override prepare(): Promise<void> {
    return Promise.resolve();
  }

  protected async execute(): Promise<CommandResult> {
    const report = await this.backups.examine();
    return { document: report, text: doctorText(report), exitCode: report.status === 'error' ? 1 : 0 };
  }
}

function doctorText({ status, lines }: DoctorReport): string {
  const rows = lines.map((line): Cell[] => [
    { text: line.status, style: STYLES[line.status] },
    line.check,
    line.cure === null ? line.message : `${line.message} ${line.cure}`,
  ]);
  const verdict = { ok: 'All is well.', warning: 'It works; see the warnings.', error: 'Something does not work.' };
  return `${renderTable(COLUMNS, rows)}${verdict[status]}\n`;
}
