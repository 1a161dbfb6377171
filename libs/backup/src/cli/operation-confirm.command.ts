import { SubCommand } from 'nest-commander';
import { required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { ConfirmationFlag } from './confirmation-flag.js';
import type { Manual } from './help/manual.js';
import { operationDetails, OperationIdFlag, StartTimeFlag } from './operation-flags.js';
import { askAboutOrder } from './order-question.js';
import { WithFlags } from './with-flags.js';

interface ConfirmCommandOptions extends CommonOptions {
  readonly id?: string;
  readonly at?: Date;
  readonly yes?: boolean;
}

const EXAMPLE = 'backup:operation confirm --id=9f86d081884c7d659a2feaa0c55ad015';

@SubCommand({ name: 'confirm', description: 'Let an operation begin that waits to be confirmed' })
@WithFlags(OperationIdFlag, StartTimeFlag, ConfirmationFlag)
export class BackupOperationConfirmCommand extends BackupCommand<ConfirmCommandOptions> {
  readonly manual: Manual = {
    usage: '--id=<backupid> [options]',
    description: ['Asks first where it replaces or deletes something, unless --yes is given.'],
    examples: [
      [EXAMPLE, 'Check its settings, carry it out, and wait for it.'],
      [`${EXAMPLE} --at=2026-11-22T22:00:00Z`, 'Leave it to an application, not before tonight.'],
    ],
  };

  protected async execute(options: ConfirmCommandOptions, signal: AbortSignal): Promise<CommandResult> {
    const { yes = false, at: executeAt } = options;
    const id = required(options.id, '--id', EXAMPLE);
    const order = await this.backups.checkConfirmation(id);
    await askAboutOrder(this.backups, order, yes, signal);
    await this.withProgress('Working', (onProgress) =>
      this.backups.confirmOperation(id, { executeAt, signal, onProgress }),
    );
    const details = await this.backups.getOperationDetails(id);
    const outcome = executeAt === undefined ? 'is done' : 'is confirmed and waits for its time';
    return { document: details, text: `Operation ${id} ${outcome}.\n${operationDetails(details)}` };
  }
}
