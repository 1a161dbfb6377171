import { Option, SubCommand } from 'nest-commander';
import { OperationKind, type BackupType } from '../catalog/catalog.types.js';
import { parseOrder, type OperationOrder, type OrderSettings } from '../operations/prepared/operation-order.js';
import { BACKUP_TYPES, oneOf, parseId, parseType, required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { ConfirmationFlag } from './confirmation-flag.js';
import type { Manual } from './help/manual.js';
import { InteractiveFlag, SettingsFlag, StartTimeFlag } from './operation-flags.js';
import { askAboutOrder } from './order-question.js';
import { prepareForLater, type LaterOptions } from './prepare-for-later.js';
import { refuseFlags } from './unfitting-flags.js';
import { WithFlags } from './with-flags.js';

interface PrepareCommandOptions extends CommonOptions, LaterOptions {
  readonly operation?: OperationKind;
  readonly type?: BackupType;
  readonly backup?: number;
  readonly set?: OrderSettings;
  readonly yes?: boolean;
}

const KINDS = Object.values(OperationKind);
const EXAMPLE = 'backup:operation prepare --operation=verify --backup=12 --at=2026-11-22T22:00:00Z';

@SubCommand({ name: 'prepare', description: 'Have something done later, or when it is confirmed' })
@WithFlags(StartTimeFlag, InteractiveFlag, SettingsFlag, ConfirmationFlag)
export class BackupOperationPrepareCommand extends BackupCommand<PrepareCommandOptions> {
  readonly manual: Manual = {
    usage: '--operation=<operation> [options]',
    description: [
      'An application that is up carries it out within half a minute after its time, or backup:schedule run-due does. Passphrases are not kept for later. Asks first where it will replace or delete something, unless --yes is given, or it is confirmed later.',
    ],
    examples: [
      [EXAMPLE, 'Verify a backup tonight.'],
      [
        'backup:operation prepare --operation=backup --type=full --interactive --set compression=zstd:9',
        'Prepare a backup that begins when somebody confirms it.',
      ],
    ],
  };

  protected async execute(options: PrepareCommandOptions, signal: AbortSignal): Promise<CommandResult> {
    const { interactive = false, yes = false } = options;
    const order = orderOf(options);
    // of an interactive one whoever confirms it is asked
    if (!interactive) {
      await askAboutOrder(this.backups, order, yes, signal);
    }
    return prepareForLater(this.backups, order, options);
  }

  @Option({ flags: '--operation <operation>', description: 'what to do', choices: [...KINDS] })
  parseKind(text: string): OperationKind {
    return oneOf(text, KINDS, 'an operation');
  }

  @Option({ flags: '--type <type>', description: 'of a backup: what to back up', choices: [...BACKUP_TYPES] })
  parseType(text: string): BackupType {
    return parseType(text);
  }

  @Option({ flags: '--backup <backup>', description: 'of a restore or verification: which backup' })
  parseBackup(text: string): number {
    return parseId(text);
  }
}

function orderOf(options: PrepareCommandOptions): OperationOrder {
  const { type, backup, set: settings = {} } = options;
  const operation = required(options.operation, '--operation', EXAMPLE);
  switch (operation) {
    case 'backup':
      refuseFlags(options, ['backup'], 'A backup is made of no other');
      return parseOrder({ operation, type: required(type, '--type', EXAMPLE), settings });
    case 'restore':
    case 'verify':
      refuseFlags(options, ['type'], `--type is for backups that are made, and ${operation} is of one that there is`);
      return parseOrder({ operation, backupId: required(backup, '--backup', EXAMPLE), settings });
    case 'cleanup':
      refuseFlags(options, ['type', 'backup'], 'A cleanup is of all backups that no rule keeps');
      return parseOrder({ operation, settings });
  }
}
