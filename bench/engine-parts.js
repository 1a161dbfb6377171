import { ensureBuilt } from '../scripts/ensure-built.js';

/** @typedef {typeof import('../libs/backup/src/database/engine/table-reader.js')} TableReading */
/** @typedef {typeof import('../libs/backup/src/database/schema-reader.js')} SchemaReading */
/** @typedef {typeof import('../libs/backup/src/database/server-connection.js')} Connecting */
/** @typedef {typeof import('../libs/backup/src/database/selection/table-selection.js')} Selecting */
/** @typedef {typeof import('../libs/backup/src/database/table-rows.js')} TableRows */

/**
 * What the engine reads rows with, as it is built, which may only now be there.
 *
 * @returns {Promise<TableReading & SchemaReading & Connecting & Selecting & TableRows>}
 */
export async function engineParts() {
  await ensureBuilt();
  /** @type {readonly object[]} */
  const parts = await Promise.all(
    [
      'engine/table-reader.js',
      'schema-reader.js',
      'server-connection.js',
      'selection/table-selection.js',
      'table-rows.js',
    ].map((file) => import(new URL(`../dist/libs/backup/database/${file}`, import.meta.url).href)),
  );
  /** @type {unknown} */
  const all = Object.assign({}, ...parts);
  return /** @type {never} */ (all);
}
