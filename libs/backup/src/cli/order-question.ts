import type { BackupService } from '../backup.service.js';
import type { OperationOrder } from '../operations/prepared/operation-order.js';
import { confirm } from './confirmation.js';
import { askAboutRestore } from './restore-question.js';

/** Of a cleanup that begins later: what it deletes is not known yet. */
export const DELETES_LATER =
  'This deletes the backups that no rule keeps then; backup:cleanup --dry-run shows those that none keeps now.';

/**
 * Names what an order replaces or deletes, and goes on when somebody says yes; asks nothing where it does neither.
 *
 * @throws BackupError `not_confirmed`, `cancelled`, and as a restore does
 */
export async function askAboutOrder(
  backups: BackupService,
  order: OperationOrder,
  isConfirmed: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (isConfirmed) {
    return;
  }
  switch (order.operation) {
    case 'restore':
      await askAboutRestore(backups, order.backupId, order.settings, false, signal);
      return;
    case 'cleanup':
      return confirm(DELETES_LATER, false, signal);
    case 'backup':
    case 'verify':
  }
}
