import { setTimeout } from 'node:timers/promises';
import { OperationStatus } from '../catalog/catalog.types.js';
import type { OperationDetails } from '../operations/operation-details.js';
import { presentDetails } from './schemas/operation.schema.js';

/** How often the catalog is asked, milliseconds: runners write to it once a second. */
const INTERVAL = 250;
/** After so many times without news a comment keeps proxies from taking the connection for dead. */
const QUIET = 60;
const OVER: ReadonlySet<OperationStatus> = new Set([OperationStatus.FINISHED_OK, OperationStatus.FINISHED_ERR]);

/**
 * Follows an operation in the catalog, whichever process runs it, as server-sent events: `progress` now and whenever it
 * changes, `end` when it is over. A client that comes back after a broken connection begins with the present state.
 */
export async function* operationEvents(
  first: OperationDetails,
  read: () => Promise<OperationDetails>,
): AsyncGenerator<string> {
  let operation = first;
  let quiet = 0;
  yield eventText(operation);
  while (!OVER.has(operation.status)) {
    await setTimeout(INTERVAL);
    const next = await read();
    if (hasNews(operation, next)) {
      quiet = 0;
      yield eventText(next);
    } else {
      quiet += 1;
      if (quiet % QUIET === 0) {
        yield ':\n\n';
      }
    }
    operation = next;
  }
}

function eventText(operation: OperationDetails): string {
  const type = OVER.has(operation.status) ? 'end' : 'progress';
  return `event: ${type}\ndata: ${JSON.stringify(presentDetails(operation))}\n\n`;
}

/** A sign of life is news, too: the rate and the time left change while nothing moves on. */
function hasNews(before: OperationDetails, now: OperationDetails): boolean {
  return now.status !== before.status || now.progress !== before.progress || now.updatedAt !== before.updatedAt;
}
