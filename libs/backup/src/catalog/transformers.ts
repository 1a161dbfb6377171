import type { ValueTransformer } from 'typeorm';

/** BIGINT and DECIMAL arrive as strings. Ours are sizes, times and ids below 2^53, and a progress between 0 and 1. */
export const numeric: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: unknown) => (value === null || value === undefined ? value : Number(value)),
};

/** A SMALLINT that says yes or no. */
export const flag: ValueTransformer = {
  to: (value: unknown) => (typeof value === 'boolean' ? Number(value) : value),
  from: (value: unknown) => (value === null || value === undefined ? value : Number(value) !== 0),
};

/** As many characters of four bytes as fit in a TEXT column. */
const TEXT_CHARACTERS = 16_383;

/**
 * Cuts free text to what a TEXT column holds: a failure must be recorded even when its message is endless, and in
 * strict mode the server refuses the row instead.
 */
export const freeText: ValueTransformer = {
  to: (value: unknown) => (typeof value === 'string' ? value.slice(0, TEXT_CHARACTERS) : value),
  from: (value: unknown) => value,
};
