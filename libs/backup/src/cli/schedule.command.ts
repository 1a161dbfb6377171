import { Command } from 'nest-commander';
import { BackupError } from '../errors/backup.error.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { BackupScheduleAddCommand } from './schedule-add.command.js';
import { BackupScheduleEditCommand } from './schedule-edit.command.js';
import { BackupScheduleListCommand } from './schedule-list.command.js';
import { BackupSchedulePauseCommand } from './schedule-pause.command.js';
import { BackupScheduleRemoveCommand } from './schedule-remove.command.js';
import { BackupScheduleResumeCommand } from './schedule-resume.command.js';
import { BackupScheduleRunDueCommand } from './schedule-run-due.command.js';

@Command({
  name: 'backup:schedule',
  description: 'List, add, edit, remove, pause or resume schedules, or run what is due. Example: backup:schedule list',
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
  protected execute(): Promise<CommandResult> {
    throw new BackupError(
      'invalid_option',
      'Say what to do with schedules: backup:schedule list, add, edit, remove, pause, resume or run-due; backup:schedule --help shows more.',
    );
  }
}
