import { BackupError } from '../errors/backup.error.js';
import { OperationStatus } from './catalog.types.js';

/** The stored plan of an operation is not the one that was written: it must not be run. */
export class OperationTamperedError extends BackupError {
  constructor(
    readonly backupid: string,
    options?: { cause?: unknown },
  ) {
    super(
      'operation_tampered',
      `Cannot use operation ${backupid}: its row in backup_controllers was changed from outside (the checksum does not ` +
        'match). Start the operation again, and find out who writes to that table.',
      options,
    );
  }
}

export function impossibleTransition(backupid: string, from: OperationStatus, to: OperationStatus): BackupError {
  return new BackupError(
    'operation_state',
    `Operation ${backupid} cannot go from ${nameOf(from)} to ${nameOf(to)}: no operation does.`,
  );
}

function nameOf(status: OperationStatus): string {
  return Object.entries(OperationStatus).find(([, value]) => value === status)?.[0] ?? String(status);
}

/** The host's data source is neither MySQL nor MariaDB. */
export class UnsupportedCatalogError extends BackupError {
  constructor(readonly driver: string) {
    super(
      'invalid_option',
      `Cannot keep the backup catalog in a "${driver}" data source: it needs MySQL or MariaDB. Give the module the name ` +
        'of a data source of type "mysql" or "mariadb".',
    );
  }
}
