import type { HeldObject } from '../../backup-set/set-objects.js';
import type { ServerConnection } from '../server-connection.js';
import { statementLimit } from '../server-info.js';
import { insertHeader } from '../table-rows.js';
import type { LoadTask } from './engine-tasks.js';

/**
 * Literals in a statement whose parse tree, some 200 bytes each, stays in the cache of one core: with more of them a server
 * takes up to a third more of its processor time for the same rows (`npm run bench:restore`).
 */
const LITERALS = 2500;

/** A server that answers later than that loses more by waiting for shorter statements than it gains, milliseconds. */
const NEAR = 0.5;

/** How long the statements should be that a server is given, bytes: never longer than it takes. */
export async function statementSize(
  connection: Pick<ServerConnection, 'server' | 'roundTrip'>,
  { object, rows, shape }: Pick<LoadTask, 'rows' | 'shape'> & { readonly object: Pick<HeldObject, 'plainSize'> },
): Promise<number> {
  const limit = statementLimit(connection.server);
  const rowsAtOnce = Math.ceil(LITERALS / shape.columns.length);
  if (rows <= rowsAtOnce) {
    return limit;
  }
  const size = insertHeader(shape).length + Math.ceil((object.plainSize / rows) * rowsAtOnce);
  return size < limit && (await connection.roundTrip()) <= NEAR ? size : limit;
}
