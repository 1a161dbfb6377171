import { SubCommand } from 'nest-commander';
import { required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { operationDetails, OperationIdFlag } from './operation-flags.js';
import { WithFlags } from './with-flags.js';

const EXAMPLE = 'backup:operation show --id=9f86d081884c7d659a2feaa0c55ad015';

interface OperationShowOptions extends CommonOptions {
  readonly id?: string;
}

@SubCommand({ name: 'show', description: 'Show an operation and its settings' })
@WithFlags(OperationIdFlag)
export class BackupOperationShowCommand extends BackupCommand<OperationShowOptions> {
  readonly manual: Manual = {
    usage: '--id=<backupid> [options]',
    examples: [[EXAMPLE, 'Show what it does and how far it is.']],
  };

  protected async execute({ id }: OperationShowOptions): Promise<CommandResult> {
    const operation = await this.backups.getOperationDetails(required(id, '--id', EXAMPLE));
    return { document: operation, text: operationDetails(operation) };
  }
}
