import { Option, SubCommand } from 'nest-commander';
import { BackupError } from '../errors/backup.error.js';
import { required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { OperationIdFlag } from './operation-flags.js';
import { WithFlags } from './with-flags.js';

interface CancelOptions extends CommonOptions {
  readonly id?: string;
}

const EXAMPLE = 'backup:operation cancel --id=9f86d081884c7d659a2feaa0c55ad015';

@SubCommand({ name: 'cancel', description: 'Cancel an operation that runs, wherever that is, or waits' })
@WithFlags(OperationIdFlag)
export class BackupOperationCancelCommand extends BackupCommand<CancelOptions> {
  readonly manual: Manual = {
    usage: '--id=<backupid> [options]',
    examples: [[EXAMPLE, 'It stops within seconds, and leaves nothing half done.']],
  };

  @Option({ flags: '--yes', description: 'for scripts that say so everywhere: nothing is asked' })
  parseYes(): boolean {
    return true;
  }

  protected async execute(options: CancelOptions): Promise<CommandResult> {
    const id = required(options.id, '--id', EXAMPLE);
    await this.backups.getOperation(id);
    if (!(await this.backups.cancelOperation(id))) {
      throw new BackupError('operation_state', `Operation ${id} is over: there is nothing to cancel.`);
    }
    return { document: await this.backups.getOperationDetails(id), text: `Operation ${id} is cancelled.\n` };
  }
}
