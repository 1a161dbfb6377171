/** Every table of the catalog. A restore never overwrites one of these. */
export const CATALOG_TABLES = [
  'backup_history',
  'backup_schedule',
  'backup_restore_log',
  'backup_controllers',
  'backup_courses',
  'backup_logs',
  'backup_encryption_key',
  'backup_notification',
  'backup_idempotency',
] as const;
