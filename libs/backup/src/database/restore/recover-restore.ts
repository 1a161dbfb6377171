import type { ServerConnection } from '../server-connection.js';
import { readSchemaNames } from './live-schema.js';
import type { RestoreTarget } from './restore-targets.js';
import { SwapBack } from './swap-back.js';
import { dropSchema } from './swap-steps.js';
import { Swap } from './swap.js';
import { endSessionsOf, endSwapSession } from './swap-session.js';
import { readUndoRecord, STAGING_TABLE, UNDO_TABLE, type StoredUndoRecord } from './undo-record.js';

/** The schemas of one database's restore. */
type Scratch = Pick<RestoreTarget, 'staging' | 'undo'>;

export interface RecoveredRestore {
  /** Whether the restored tables are live now. */
  readonly isRestored: boolean;
  /** What was done, in words. */
  readonly notes: readonly string[];
}

/**
 * Ends an interrupted restore, or its undo: finishes a swap or takes it back, for all its databases alike, and drops the
 * schemas that are not needed any more.
 */
export async function recoverRestore(
  connection: ServerConnection,
  schemas: readonly Scratch[],
): Promise<RecoveredRestore> {
  for (const { undo } of schemas) {
    if ((await readUndoRecord(connection, undo)) !== null) {
      await endSwapSession(connection, undo);
    }
  }
  // read only now: the session that was ended may have come further meanwhile
  const stored = [];
  for (const { undo } of schemas) {
    const found = await readUndoRecord(connection, undo);
    stored.push(...(found === null ? [] : [found]));
  }
  const swapped = await settleSwap(connection, stored);
  const dropped: string[] = [];
  for (const { staging, undo } of schemas) {
    await endSessionsOf(connection, staging);
    if (await dropWhen(connection, staging, (tables) => tables.length === 0 || tables.includes(STAGING_TABLE))) {
      dropped.push(staging);
    }
    // replaced tables that are still in there for whatever reason are never thrown away
    const isEmpty = (tables: readonly string[]): boolean => tables.every((table) => table === UNDO_TABLE);
    if (!swapped.isRestored && (await dropWhen(connection, undo, isEmpty))) {
      dropped.push(undo);
    }
  }
  const removed = `${dropped.join(' and ')} ${dropped.length === 1 ? 'was' : 'were'} dropped`;
  const untouched = swapped.notes.length === 0 ? ', live data was not touched' : '';
  return { ...swapped, notes: [...swapped.notes, ...(dropped.length > 0 ? [`${removed}${untouched}`] : [])] };
}

async function settleSwap(
  connection: ServerConnection,
  stored: readonly StoredUndoRecord[],
): Promise<RecoveredRestore> {
  const records = stored.map(({ record }) => record);
  const states = new Set(stored.map(({ state }) => state));
  const names = records.map(({ live }) => live).join(', ');
  if (states.has('undoing')) {
    const shortcomings = await new SwapBack(connection, records).undo();
    return { isRestored: false, notes: [`the undo of ${names} was finished`, ...shortcomings] };
  }
  if (states.has('swapping')) {
    const swap = new Swap(connection, records);
    if (await swap.hasMoved()) {
      await swap.finish();
      return { isRestored: true, notes: [`the swap of ${names} had happened and was finished`, ...swap.shortcomings] };
    }
    await swap.abandon();
    return { isRestored: false, notes: [] };
  }
  return states.has('swapped')
    ? { isRestored: true, notes: [`the swap of ${names} had happened`] }
    : { isRestored: false, notes: [] };
}

async function dropWhen(
  connection: ServerConnection,
  schema: string,
  isOurs: (tables: readonly string[]) => boolean,
): Promise<boolean> {
  const { exists, tables, views } = await readSchemaNames(connection, schema);
  const isDropped = exists && isOurs([...tables, ...views]);
  if (isDropped) {
    await dropSchema(connection, schema);
  }
  return isDropped;
}
