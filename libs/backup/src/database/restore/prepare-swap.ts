import { readDatabaseSettings, type DatabaseSettings } from '../database-settings.js';
import type { DefinedObject } from '../definitions.js';
import { DefinitionReader } from '../definition-reader.js';
import type { ServerConnection } from '../server-connection.js';
import { readCrossingKeys } from './crossing-keys.js';
import { readSchemaNames } from './live-schema.js';
import type { RestoreTarget } from './restore-targets.js';
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
  const live = await readSchemaNames(connection, target.live);
  const placed = [...target.tables, ...target.sequences].map((table) => table.name);
  const views = target.objects.filter((object) => object.kind === 'VIEW').map((object) => object.definition.name);
  const moved = live.tables.filter((table) => placed.includes(table) || views.includes(table));
  return {
    operation,
    set,
    live: target.live,
    staging: target.staging,
    undo: target.undo,
    madeLive: !live.exists,
    settings: target.isWhole ? settingsOf(target.source) : null,
    settingsBefore: await readDatabaseSettings(connection, target.live),
    moved,
    placed,
    replaced: live.exists ? await replacedObjects(connection, target, moved, placed) : [],
    restored: [...target.objects].map(plainObject),
    lateStatements: [...late],
    incoming: [],
    outgoing: [],
  };
}

async function replacedObjects(
  connection: ServerConnection,
  target: RestoreTarget,
  moved: readonly string[],
  placed: readonly string[],
): Promise<UndoRecord['replaced']> {
  const reader = new DefinitionReader(connection, (error) => {
    throw error;
  });
  const objects = await reader.all(target.live);
  const restored = new Set(target.objects.map((object) => `${object.kind} ${object.definition.name}`));
  return objects
    .filter((object) => {
      if (object.kind === 'TRIGGER') {
        return moved.includes(object.table ?? '');
      }
      const isInTheWay = object.kind === 'VIEW' && placed.includes(object.definition.name);
      return isInTheWay || restored.has(`${object.kind} ${object.definition.name}`);
    })
    .map(plainObject);
}

function settingsOf({ characterSet, collation, comment }: DatabaseSettings): DatabaseSettings {
  return { characterSet, collation, comment };
}

function plainObject({ kind, definition, columns }: DefinedObject): UndoRecord['restored'][number] {
  return { kind, definition: { ...definition }, ...(columns === undefined ? {} : { columns: [...columns] }) };
}
