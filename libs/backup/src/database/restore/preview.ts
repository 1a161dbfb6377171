import type { Manifest } from '../../backup-set/manifest.js';
import { describeSubset } from '../../backup-set/missing-parts.js';
import { placeOf, SetObjects, type HeldObject } from '../../backup-set/set-objects.js';
import { findMissing } from '../../backup-set/verification.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import type { AdaptedTargets, Compatibility } from '../compatibility/adapt-targets.js';
import { readDefaultCollations } from '../compatibility/server-features.js';
import { tableDifference, type DefaultCollations } from '../ddl/same-table.js';
import type { FilePreview } from '../../files/restore/restore-roots.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteQualified } from '../sql.js';
import { readTableDefinition } from '../table-definitions.js';
import { withoutCounter } from '../ddl/create-table.js';
import { renameDatabases } from '../ddl/rename-database.js';
import { readSchemaNames } from './live-schema.js';
import { neededObjects } from './precheck.js';
import { restoreNotices } from './restore-notices.js';
import type { RestoredTable } from './restored-table.js';
import type { RestoreTarget } from './restore-targets.js';

export interface TablePreview {
  readonly database: string;
  readonly table: string;
  /** Null: the table is missing now. Exact up to a million rows, the server's estimate above. */
  readonly rowsNow: number | null;
  readonly isEstimate: boolean;
  /** Null: the table is not in the set and stays as it is. */
  readonly rowsAfter: number | null;
  /** What the backup holds of the table where it does not hold all rows: `no rows`, `only rows where ...`. */
  readonly part: string | null;
  /** Why the backup cannot bring it back; null when all objects of its rows are there. */
  readonly damage: string | null;
  readonly change: 'created' | 'replaced' | 'replaced, definition differs' | 'left as it is';
}

export interface RestorePreview {
  readonly set: string;
  readonly tables: readonly TablePreview[];
  /** Views, routines, triggers and events that are made again. */
  readonly objects: readonly { readonly database: string; readonly kind: string; readonly name: string }[];
  /** Folders of files. */
  readonly files: readonly FilePreview[];
  /** Plain bytes to load. */
  readonly bytes: number;
  readonly expectedSeconds: number;
  /** What a restore to another kind or version of server changes, leaves out, and cannot do. */
  readonly compatibility: Compatibility;
  /** What cannot be kept or brought back, although nothing stands in the restore's way, a line each. */
  readonly notices: readonly string[];
}

/** Above this estimate rows are not counted one by one. */
const EXACT_UP_TO = 1_000_000;

/** Shows what a restore would change, without changing anything. */
export async function previewRestore(
  connection: ServerConnection,
  storage: BackupStorage,
  manifest: Manifest,
  { targets, compatibility }: AdaptedTargets,
  bytesPerSecond: number,
): Promise<Omit<RestorePreview, 'files'>> {
  const tables: TablePreview[] = [];
  const collations = await readDefaultCollations(connection);
  const objects = new SetObjects(manifest);
  const needed = neededObjects(manifest, targets);
  const damageOf = await tableDamage(storage, objects, needed);
  for (const target of targets) {
    tables.push(...(await previewTarget(connection, target, collations, damageOf)));
  }
  const bytes = needed.reduce((sum, { plainSize }) => sum + plainSize, 0);
  return {
    set: manifest.name,
    tables,
    objects: targets.flatMap((target) =>
      target.objects.map(({ kind, definition }) => ({ database: target.live, kind, name: definition.name })),
    ),
    bytes,
    expectedSeconds: Math.ceil(bytes / bytesPerSecond),
    compatibility,
    notices: await restoreNotices(connection, targets),
  };
}

/** Says of each table what is wrong with the first of its objects that cannot be read. */
async function tableDamage(
  storage: BackupStorage,
  objects: SetObjects,
  needed: readonly HeldObject[],
): Promise<(table: RestoredTable) => string | null> {
  const damages = new Map((await findMissing(storage, needed)).map((damage) => [placeOf(damage.object), damage]));
  return ({ ranges }) => {
    const damage = ranges.map((range) => damages.get(placeOf(objects.of(range)))).find((found) => found !== undefined);
    return damage === undefined ? null : `object ${placeOf(damage.object)} ${damage.reason}`;
  };
}

async function previewTarget(
  connection: ServerConnection,
  target: RestoreTarget,
  collations: DefaultCollations,
  damageOf: (table: RestoredTable) => string | null,
): Promise<TablePreview[]> {
  const live = await readSchemaNames(connection, target.live);
  const restored: TablePreview[] = [];
  for (const table of target.tables) {
    const exists = live.tables.includes(table.name);
    const now = exists ? await countRows(connection, target.live, table.name) : null;
    restored.push({
      database: target.live,
      table: table.name,
      rowsNow: now?.rows ?? null,
      isEstimate: now?.isEstimate ?? false,
      rowsAfter: table.rows,
      part: table.subset === undefined ? null : describeSubset(table.subset),
      damage: damageOf(table),
      change: exists ? await compare(connection, target, table, collations) : 'created',
    });
  }
  const names = new Set([...target.tables, ...target.sequences].map((table) => table.name));
  const left = live.tables.filter((name) => !names.has(name)).sort();
  for (const name of left) {
    const now = await countRows(connection, target.live, name);
    restored.push({
      database: target.live,
      table: name,
      rowsNow: now.rows,
      isEstimate: now.isEstimate,
      rowsAfter: null,
      part: null,
      damage: null,
      change: 'left as it is',
    });
  }
  return restored;
}

async function compare(
  connection: ServerConnection,
  target: RestoreTarget,
  table: RestoredTable,
  collations: DefaultCollations,
): Promise<TablePreview['change']> {
  const present = await readTableDefinition(connection, target.live, table.name);
  const expected = renameDatabases(table.ddl, new Map([[target.source.name, target.live]]));
  // the next AUTO_INCREMENT value changes with every insert; it is no difference of definition
  const [now, then] = [withoutCounter(present), withoutCounter(expected)];
  const isSame =
    now === then || (table.proof.definition === 'equivalent' && tableDifference(then, now, collations) === null);
  return isSame ? 'replaced' : 'replaced, definition differs';
}

async function countRows(
  connection: ServerConnection,
  schema: string,
  table: string,
): Promise<{ rows: number; isEstimate: boolean }> {
  const [estimate] = await connection.query(
    'SELECT TABLE_ROWS AS estimate, TABLE_TYPE AS type FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
    [schema, table],
  );
  if (Number(estimate.estimate) > EXACT_UP_TO) {
    return { rows: Number(estimate.estimate), isEstimate: true };
  }
  // rows of the past are backed up and restored like the others
  const times = estimate.type === 'SYSTEM VERSIONED' ? ' FOR SYSTEM_TIME ALL' : '';
  const [exact] = await connection.query(`SELECT COUNT(*) AS counted FROM ${quoteQualified(schema, table)}${times}`);
  return { rows: Number(exact.counted), isEstimate: false };
}
