import type { InsertResult } from 'typeorm';

/** The id that the server gave to the one row of an INSERT. */
export function insertedId(result: InsertResult): number {
  const identifier: unknown = result.identifiers[0]?.id;
  const id = Number(identifier);
  if (!Number.isSafeInteger(id)) throw new TypeError(`The server returned no usable id: ${String(identifier)}`);
  return id;
}
