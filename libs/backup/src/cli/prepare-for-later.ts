import type { BackupService } from '../backup.service.js';
import { passphraseNotKept } from '../operations/operation.errors.js';
import type { NewOperationOrder } from '../operations/prepared/operation-order.js';
import type { CommandResult } from './backup-command.js';
import { operationDetails } from './operation-flags.js';

/** When work begins that need not begin at once. */
export interface LaterOptions {
  readonly interactive?: boolean;
  readonly at?: Date;
  /** Asked for when work begins, so not of what begins later. */
  readonly passphrase?: boolean;
}

/** @throws BackupError `invalid_option` when something is asked for later that is not kept */
export function isForLater({ interactive, at, passphrase }: LaterOptions): boolean {
  const isLater = interactive === true || at !== undefined;
  if (isLater && passphrase === true) {
    throw passphraseNotKept();
  }
  return isLater;
}

/** Records what is to be done later, and says how it goes on. @throws BackupError */
export async function prepareForLater(
  backups: BackupService,
  order: NewOperationOrder,
  { interactive = false, at }: LaterOptions,
): Promise<CommandResult> {
  const backupid = await backups.prepareOperation(order, { interactive, executeAt: at });
  const operation = await backups.getOperationDetails(backupid);
  return {
    document: operation,
    text: `Operation ${backupid} is prepared. ${next(backupid, interactive, at)}\n${operationDetails(operation)}`,
  };
}

function next(backupid: string, isInteractive: boolean, at: Date | undefined): string {
  if (isInteractive) {
    return `Confirm it with backup:operation confirm --id=${backupid}`;
  }
  return at === undefined
    ? 'An application that is up carries it out within half a minute, or backup:schedule run-due does.'
    : 'It waits for its time.';
}
