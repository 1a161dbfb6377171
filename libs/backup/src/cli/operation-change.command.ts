import { SubCommand } from 'nest-commander';
import type { OrderSettings } from '../operations/prepared/operation-order.js';
import { required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { operationDetails, OperationIdFlag, SettingsFlag } from './operation-flags.js';
import { WithFlags } from './with-flags.js';

interface ChangeOptions extends CommonOptions {
  readonly id?: string;
  readonly set?: OrderSettings;
}

const EXAMPLE = 'backup:operation change --id=9f86d081884c7d659a2feaa0c55ad015 --set compression=none';

@SubCommand({ name: 'change', description: 'Change settings of an operation that waits to be confirmed' })
@WithFlags(OperationIdFlag, SettingsFlag)
export class BackupOperationChangeCommand extends BackupCommand<ChangeOptions> {
  readonly manual: Manual = {
    usage: '--id=<backupid> --set <name=value> [options]',
    description: ['A name without a value sets it back to its default.'],
    examples: [[EXAMPLE, 'Set one of its settings.']],
  };

  protected async execute(options: ChangeOptions): Promise<CommandResult> {
    const id = required(options.id, '--id', EXAMPLE);
    await this.backups.changeOperation(id, required(options.set, '--set', EXAMPLE));
    const operation = await this.backups.getOperationDetails(id);
    return { document: operation, text: `Operation ${id} changed.\n${operationDetails(operation)}` };
  }
}
