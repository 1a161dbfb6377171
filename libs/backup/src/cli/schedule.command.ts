import { Command } from 'nest-commander';
import { BackupError } from '../errors/backup.error.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { BackupScheduleAddCommand } from './schedule-add.command.js';
import { BackupScheduleEditCommand } from './schedule-edit.command.js';
import { BackupScheduleListCommand } from './schedule-list.command.js';
import { BackupSchedulePauseCommand } from './schedule-pause.command.js';
import { BackupScheduleRemoveCommand } from './schedule-remove.command.js';
import { BackupScheduleResumeCommand } from './schedule-resume.command.js';
import { BackupScheduleRunDueCommand } from './schedule-run-due.command.js';

@Command({
  name: 'backup:schedule',
  description: 'List, add, edit, remove, pause or resume schedules, or run what is due',
  subCommands: [
    BackupScheduleListCommand,
    BackupScheduleAddCommand,
    BackupScheduleEditCommand,
    BackupScheduleRemoveCommand,
    BackupSchedulePauseCommand,
    BackupScheduleResumeCommand,
    BackupScheduleRunDueCommand,
  ],
})
export class BackupScheduleCommand extends BackupCommand<CommonOptions> {
  readonly manual: Manual = {
    usage: '<command> [options]',
    examples: [
      ['backup:schedule list', 'List the schedules.'],
      ["backup:schedule add --name=nightly --type=database --cron='30 3 * * *'", 'Add one.'],
    ],
  };

  protected execute(): Promise<CommandResult> {
    throw new BackupError(
      'invalid_option',
      'Say what to do with schedules: backup:schedule list, add, edit, remove, pause, resume or run-due; backup:schedule --help shows more.',
    );
  }
}
