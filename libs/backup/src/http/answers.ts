import { operationBody } from './schemas/operation.schema.js';

/** Of routes that start work, which goes on after the answer. */
export const STARTED = {
  status: 202,
  description: 'The operation, which goes on; see its progress at `Location`',
  schema: operationBody,
  headers: { Location: 'Path of the operation' },
} as const;
