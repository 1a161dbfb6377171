import { Command } from 'nest-commander';
import type { DoctorReport } from '../doctor/doctor-report.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { renderTable } from './tables.js';

/** Where output goes to a pipe, lines are as long as on a usual terminal. */
const USUAL_WIDTH = 100;

@Command({
  name: 'backup:doctor',
  description:
    'Try out what backups and restores need; exit code 1 when something does not work. Example: backup:doctor',
})
export class BackupDoctorCommand extends BackupCommand<CommonOptions> {
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
  const rows = lines.map((line) => [
    line.status,
    line.check,
    line.cure === null ? line.message : `${line.message} ${line.cure}`,
  ]);
  const verdict = { ok: 'All is well.', warning: 'It works; see the warnings.', error: 'Something does not work.' };
  return `${renderTable(['STATUS', 'CHECK', 'FINDING'], rows, [], process.stdout.columns || USUAL_WIDTH)}${verdict[status]}\n`;
}
