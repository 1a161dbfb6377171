import { describeSubset } from '../../backup-set/missing-parts.js';
import type { Manifest } from '../../backup-set/manifest.js';
import { keyClauses } from '../ddl/create-table.js';
import { viewTables, type NamedTable } from '../ddl/view-tables.js';
import type { ServerConnection } from '../server-connection.js';
import { readSchemaNames, type SchemaNames } from './live-schema.js';
import { keyToMissing, partWouldReplace, viewOnMissing } from './restore.errors.js';
import type { RestoreTarget } from './restore-targets.js';

/**
 * Refuses what a set of chosen tables and rows cannot bring back without a surprise: a table of which it holds a part
 * would take the place of a whole one, a foreign key or a view would refer to something that is nowhere.
 *
 * @param allowPartial whether the operator accepts parts and such foreign keys; a view that cannot be made stops it anyway
 * @throws BackupError `restore_blocked`
 */
export async function checkPartialRestore(
  connection: ServerConnection,
  manifest: Manifest,
  targets: readonly RestoreTarget[],
  allowPartial: boolean,
): Promise<void> {
  if (!manifest.databases.some(isPartial)) {
    return;
  }
  const live = new Map<RestoreTarget, SchemaNames>();
  for (const target of targets) {
    live.set(target, await readSchemaNames(connection, target.live));
  }
  if (!allowPartial) {
    checkReplacedTables(manifest, live);
  }
  checkReferences(manifest, live, allowPartial);
}

function isPartial({ tables, leftOut }: Manifest['databases'][number]): boolean {
  return leftOut !== undefined || tables.some((table) => table.subset !== undefined);
}

function checkReplacedTables(manifest: Manifest, live: ReadonlyMap<RestoreTarget, SchemaNames>): void {
  const replaced = [...live].flatMap(([target, names]) =>
    target.tables.flatMap(({ name, subset }) =>
      subset !== undefined && names.tables.includes(name)
        ? [`${describeSubset(subset)} of ${target.live}.${name}`]
        : [],
    ),
  );
  if (replaced.length > 0) {
    throw partWouldReplace(manifest.name, replaced);
  }
}

function checkReferences(
  manifest: Manifest,
  live: ReadonlyMap<RestoreTarget, SchemaNames>,
  allowPartial: boolean,
): void {
  const isNowhere = (from: RestoreTarget, { database, table }: NamedTable): boolean =>
    [...live].some(
      ([{ source }, names]) =>
        source.name === (database ?? from.source.name) &&
        source.leftOut?.names.includes(table) === true &&
        ![...names.tables, ...names.views].includes(table),
    );
  for (const target of live.keys()) {
    for (const { kind, definition } of target.objects.filter((object) => object.kind === 'VIEW')) {
      const base = viewTables(Buffer.from(definition.ddl, definition.encoding).toString()).find((table) =>
        isNowhere(target, table),
      );
      if (base !== undefined) {
        throw viewOnMissing(manifest.name, `${kind.toLowerCase()} ${target.live}.${definition.name}`, base.table);
      }
    }
    for (const table of allowPartial ? [] : target.tables) {
      const parents = keyClauses(table.ddl).flatMap(({ references }) => references ?? []);
      const parent = parents.find((each) => isNowhere(target, each));
      if (parent !== undefined) {
        throw keyToMissing(manifest.name, `${target.live}.${table.name}`, parent.table);
      }
    }
  }
}
