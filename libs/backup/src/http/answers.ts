import { operationBody } from './schemas/operation.schema.js';

/** Of routes that start work, which goes on after the answer. */
export const STARTED = {
  status: 202,
  description: 'The operation, which goes on, or waits; see its progress at `Location`',
  schema: operationBody,
  headers: { Location: 'Path of the operation' },
} as const;

/** How work can fail before it begins. */
export const STARTING = [
  'busy',
  'shutting_down',
  'connection_failed',
  'storage_missing',
  'storage_not_writable',
  'storage_failed',
] as const;
export const BACKING_UP = [
  ...STARTING,
  'invalid_option',
  'unsupported_type',
  'not_found',
  'unknown_database',
  'key_retired',
  'not_readable',
] as const;
/** How a set can fail to be opened. */
export const UNLOCKING = ['identity_missing', 'identity_wrong', 'damaged', 'format_unsupported'] as const;
export const RESTORING = [
  ...STARTING,
  ...UNLOCKING,
  'unknown_database',
  'incompatible',
  'restore_blocked',
  'missing_privilege',
] as const;
