import { readDatabaseSettings, type DatabaseSettings } from '../database-settings.js';
import type { DefinedObject } from '../definitions.js';
import type { ServerConnection } from '../server-connection.js';
import { readCrossingKeys } from './crossing-keys.js';
import { placedTables, readReplacedParts } from './replaced-parts.js';
import type { RestoreTarget } from './restore-targets.js';
import { readRoutineGrants } from './routine-grants.js';
import { claimSwap } from './swap-session.js';
import type { LateStatement } from './table-filler.js';
import { createUndoRecord, type UndoRecord } from './undo-record.js';

/** Records what a swap will replace, in an undo schema for each target. Live data is not touched. */
export async function prepareSwap(
  connection: ServerConnection,
  targets: readonly RestoreTarget[],
  set: string,
  operation: string,
  late: ReadonlyMap<RestoreTarget, readonly LateStatement[]>,
): Promise<UndoRecord[]> {
  const drafts: UndoRecord[] = [];
  for (const target of targets) {
    drafts.push(await draft(connection, target, set, operation, late.get(target) ?? []));
  }
  const keys = await readCrossingKeys(connection, new Map(drafts.map(({ live, moved }) => [live, new Set(moved)])));
  const records = drafts.map((record) => ({
    ...record,
    incoming: [...(keys.incoming.get(record.live) ?? [])],
    outgoing: [...(keys.outgoing.get(record.live) ?? [])],
  }));
  for (const record of records) {
    await createUndoRecord(connection, record);
    await claimSwap(connection, record.undo);
  }
  return records;
}

async function draft(
  connection: ServerConnection,
  target: RestoreTarget,
  set: string,
  operation: string,
  late: readonly LateStatement[],
): Promise<UndoRecord> {
  const { exists, tables, objects } = await readReplacedParts(connection, set, target);
  return {
    operation,
    set,
    live: target.live,
    staging: target.staging,
    undo: target.undo,
    madeLive: !exists,
    settings: target.isWhole ? settingsOf(target.source) : null,
    settingsBefore: await readDatabaseSettings(connection, target.live),
    moved: [...tables],
    placed: placedTables(target),
    replaced: objects.map(plainObject),
    restored: target.objects.map(plainObject),
    lateStatements: [...late],
    incoming: [],
    outgoing: [],
    grants: [...((await readRoutineGrants(connection, target.live, objects)) ?? [])],
  };
}

function settingsOf({ characterSet, collation, comment, defaultEncryption }: DatabaseSettings): DatabaseSettings {
  return { characterSet, collation, comment, ...(defaultEncryption === undefined ? {} : { defaultEncryption }) };
}

function plainObject({ kind, definition, columns }: DefinedObject): UndoRecord['restored'][number] {
  return { kind, definition: { ...definition }, ...(columns === undefined ? {} : { columns: [...columns] }) };
}
