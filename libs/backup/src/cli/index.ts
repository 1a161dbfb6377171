import { BackupCleanupCommand } from './cleanup.command.js';
import { BackupCompleteCommand } from './complete.command.js';
import { BackupCompletionCommand } from './completion.command.js';
import { BackupCreateCommand } from './create.command.js';
import { BackupDeleteCommand } from './delete.command.js';
import { BackupDoctorCommand } from './doctor.command.js';
import { BackupHelpCommand } from './help.command.js';
import { BackupImportCommand } from './import.command.js';
import { BackupKeyAddCommand } from './key-add.command.js';
import { BackupKeyGenerateCommand } from './key-generate.command.js';
import { BackupKeyListCommand } from './key-list.command.js';
import { BackupKeyRetireCommand } from './key-retire.command.js';
import { BackupKeyRotateCommand } from './key-rotate.command.js';
import { BackupKeyCommand } from './key.command.js';
import { BackupListCommand } from './list.command.js';
import { BackupLogsCommand } from './logs.command.js';
import { BackupOperationCancelCommand } from './operation-cancel.command.js';
import { BackupOperationChangeCommand } from './operation-change.command.js';
import { BackupOperationConfirmCommand } from './operation-confirm.command.js';
import { BackupOperationListCommand } from './operation-list.command.js';
import { BackupOperationPrepareCommand } from './operation-prepare.command.js';
import { BackupOperationShowCommand } from './operation-show.command.js';
import { BackupOperationCommand } from './operation.command.js';
import { BackupPinCommand } from './pin.command.js';
import { BackupPreviewCommand } from './preview.command.js';
import { ProgramErrors } from './program-errors.js';
import { BackupRestoreCommand } from './restore.command.js';
import { BackupScheduleAddCommand } from './schedule-add.command.js';
import { BackupScheduleEditCommand } from './schedule-edit.command.js';
import { BackupScheduleListCommand } from './schedule-list.command.js';
import { BackupSchedulePauseCommand } from './schedule-pause.command.js';
import { BackupScheduleRemoveCommand } from './schedule-remove.command.js';
import { BackupScheduleResumeCommand } from './schedule-resume.command.js';
import { BackupScheduleRunDueCommand } from './schedule-run-due.command.js';
import { BackupScheduleCommand } from './schedule.command.js';
import { BackupShowCommand } from './show.command.js';
import { BackupStatsCommand } from './stats.command.js';
import { BackupUnpinCommand } from './unpin.command.js';
import { BackupVerifyCommand } from './verify.command.js';

export { EXIT_STATUS, exitCodeOf, reportCommandError } from './exit-codes.js';
export { TOOL } from '../package-info.js';
export { needsCatalog } from './needs-catalog.js';

/** The `backup:*` commands, for the providers of the module that a host gives to `CommandFactory.run`. */
export const BACKUP_COMMANDS = [
  ProgramErrors,
  BackupCreateCommand,
  BackupListCommand,
  BackupShowCommand,
  BackupLogsCommand,
  BackupPreviewCommand,
  BackupRestoreCommand,
  BackupVerifyCommand,
  BackupCleanupCommand,
  BackupDeleteCommand,
  BackupPinCommand,
  BackupUnpinCommand,
  BackupImportCommand,
  BackupStatsCommand,
  BackupDoctorCommand,
  BackupOperationCommand,
  BackupOperationListCommand,
  BackupOperationShowCommand,
  BackupOperationPrepareCommand,
  BackupOperationChangeCommand,
  BackupOperationConfirmCommand,
  BackupOperationCancelCommand,
  BackupKeyCommand,
  BackupKeyAddCommand,
  BackupKeyGenerateCommand,
  BackupKeyListCommand,
  BackupKeyRotateCommand,
  BackupKeyRetireCommand,
  BackupHelpCommand,
  BackupCompletionCommand,
  BackupCompleteCommand,
  BackupScheduleCommand,
  BackupScheduleListCommand,
  BackupScheduleAddCommand,
  BackupScheduleEditCommand,
  BackupScheduleRemoveCommand,
  BackupSchedulePauseCommand,
  BackupScheduleResumeCommand,
  BackupScheduleRunDueCommand,
] as const;
