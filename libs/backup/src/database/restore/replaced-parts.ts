import { BackupError } from '../../errors/backup.error.js';
import { DefinitionReader } from '../definition-reader.js';
import type { DefinedObject } from '../definitions.js';
import type { ServerConnection } from '../server-connection.js';
import { readSchemaNames } from './live-schema.js';
import { replacedNotReadable } from './restore.errors.js';
import type { RestoreTarget } from './restore-targets.js';

/** What a restore takes the place of in a live schema. */
export interface ReplacedParts {
  /** Whether there is a live schema. */
  readonly exists: boolean;
  /** Tables and sequences, also those under the name of a restored view. */
  readonly tables: readonly string[];
  /** What stands on those tables or under a name that is restored: an undo makes it again. */
  readonly objects: readonly DefinedObject[];
}

/** @throws BackupError `not_readable` for a definition that could not be made again */
export async function readReplacedParts(
  connection: ServerConnection,
  set: string,
  target: RestoreTarget,
): Promise<ReplacedParts> {
  const live = await readSchemaNames(connection, target.live);
  if (!live.exists) {
    return { exists: false, tables: [], objects: [] };
  }
  const restored = new Set(target.objects.map(({ kind, definition }) => `${kind} ${definition.name}`));
  const placed = new Set(placedTables(target));
  const tables = live.tables.filter((table) => placed.has(table) || restored.has(`VIEW ${table}`));
  const reader = new DefinitionReader(
    connection,
    (error: BackupError) => {
      throw replacedNotReadable(set, error);
    },
    'restore under another name with --database OLD=NEW',
  );
  const objects = await reader.chosen(target.live, {
    isView: (name) => placed.has(name) || restored.has(`VIEW ${name}`),
    isRoutine: (name, kind) => restored.has(`${kind} ${name}`),
    isTriggered: (table) => tables.includes(table),
    isEvent: (name) => restored.has(`EVENT ${name}`),
  });
  return { exists: true, tables, objects };
}

/** Names of the tables and sequences that a restore puts in place. */
export function placedTables({ tables, sequences }: RestoreTarget): string[] {
  return [...tables, ...sequences].map(({ name }) => name);
}
