import type { Manifest, ObjectRecord, RangeRecord, SequenceRecord, TableRecord } from '../../backup-set/manifest.js';
import { objectDamaged } from '../../backup-set/backup-set.errors.js';
import { addClauses, autoIncrementColumn, keyClauses, withoutClauses, type KeyClause } from '../ddl/create-table.js';
import { renameDatabase } from '../ddl/rename-database.js';
import type { EnginePool } from '../engine/engine-pool.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteName, quoteQualified } from '../sql.js';
import { WHOLE_TABLE, type TableShape } from '../table-rows.js';
import { proofFailed } from './restore.errors.js';
import type { RestoreTarget } from './restore-targets.js';

/** A foreign key that can only be made in the live schema: it refers to a table that is not restored. */
export interface LateForeignKey {
  readonly table: string;
  readonly statement: string;
}

/** Smaller tables gain nothing from making their indexes last. Plain bytes. */
const DEFERRAL_BYTES = 8 * 1024 * 1024;

/** Creates a target's tables in a schema, fills them, and proves that they hold what was backed up. */
export class TableFiller {
  private readonly objects: ReadonlyMap<string, ObjectRecord>;

  constructor(
    private readonly pool: EnginePool,
    private readonly connection: ServerConnection,
    private readonly manifest: Manifest,
  ) {
    this.objects = new Map(manifest.objects.map((object) => [object.key, object]));
  }

  /** Plain bytes of the rows of some tables. */
  plainBytes(tables: readonly TableRecord[]): number {
    return tables.reduce((sum, table) => sum + this.tableBytes(table), 0);
  }

  /** @returns the foreign keys that have to wait until the tables are live */
  async fill(target: RestoreTarget, schema: string): Promise<LateForeignKey[]> {
    for (const sequence of target.sequences) {
      await this.createSequence(sequence, schema);
    }
    const staged = new Set(target.tables.map((table) => table.name));
    const running = target.tables.map((table) => this.fillTable(table, target, schema, staged));
    await Promise.allSettled(running);
    return (await Promise.all(running)).flat();
  }

  private async createSequence(sequence: SequenceRecord, schema: string): Promise<void> {
    await this.connection.query(`USE ${quoteName(schema)}`);
    await this.connection.query(sequence.ddl);
    await this.connection.query(
      `DO SETVAL(${quoteName(sequence.name)}, ${sequence.nextValue}, 0, ${String(sequence.cycles)})`,
    );
  }

  private async fillTable(
    table: TableRecord,
    target: RestoreTarget,
    schema: string,
    staged: ReadonlySet<string>,
  ): Promise<LateForeignKey[]> {
    const ddl = renameDatabase(table.ddl, target.source.name, target.live);
    const clauses = keyClauses(ddl);
    const late = clauses.filter((clause) => isOutside(clause, staged));
    const deferred = this.isWorthDeferring(table) ? deferrable(table, ddl, clauses) : [];
    const create = withoutClauses(ddl, [...new Set([...late, ...deferred])]);
    await this.pool.run({ kind: 'statements', database: schema, statements: [create] });
    await this.load(table, schema);
    const now = deferred.filter((clause) => !late.includes(clause));
    if (now.length > 0) {
      await this.pool.run({ kind: 'statements', database: schema, statements: [addClauses(table.name, now)] });
    }
    await this.prove(table, schema, withoutClauses(ddl, late));
    return late.map((clause) => ({ table: table.name, statement: addClauses(table.name, [clause]) }));
  }

  private async load(table: TableRecord, schema: string): Promise<void> {
    // MariaDB locks an empty table as a whole when both checks are off: in the way of parallel ranges
    const uniqueChecks = table.ranges.length > 1;
    await this.forEachRange(table, async (range) => {
      await this.pool.run({
        kind: 'load',
        set: this.manifest.name,
        object: this.objectOf(range),
        database: schema,
        uniqueChecks,
      });
    });
  }

  private async prove(table: TableRecord, schema: string, expectedDdl: string): Promise<void> {
    const shape: TableShape = table;
    await this.forEachRange(table, async (range) => {
      const result = await this.pool.run({
        kind: 'prove',
        database: schema,
        shape,
        interval: { from: range.from, to: range.to },
      });
      if (result.rows !== range.rows || result.plainSha256 !== this.objectOf(range).plainSha256) {
        throw proofFailed(
          table.name,
          `${String(result.rows)} rows are not the ${String(range.rows)} that were backed up`,
        );
      }
    });
    if (table.ranges.length === 0) {
      const { rows } = await this.pool.run({ kind: 'prove', database: schema, shape, interval: WHOLE_TABLE });
      if (rows !== 0) {
        throw proofFailed(table.name, `it holds ${String(rows)} rows instead of none`);
      }
    }
    const [row] = await this.connection.query(`SHOW CREATE TABLE ${quoteQualified(schema, table.name)}`);
    if (String(row['Create Table']) !== expectedDdl) {
      throw proofFailed(table.name, 'its definition is not the one that was backed up');
    }
  }

  private async forEachRange(table: TableRecord, act: (range: RangeRecord) => Promise<void>): Promise<void> {
    const running = table.ranges.map(act);
    await Promise.allSettled(running);
    await Promise.all(running);
  }

  private isWorthDeferring(table: TableRecord): boolean {
    return table.engine === 'InnoDB' && this.tableBytes(table) >= DEFERRAL_BYTES;
  }

  private tableBytes(table: TableRecord): number {
    return table.ranges.reduce((sum, range) => sum + this.objectOf(range).plainSize, 0);
  }

  private objectOf(range: RangeRecord): ObjectRecord {
    const object = this.objects.get(range.object);
    if (object === undefined) {
      throw objectDamaged(this.manifest.name, range.object, 'is not in the manifest');
    }
    return object;
  }
}

/** Indexes and foreign keys that can be made after the rows are there. */
function deferrable(table: TableRecord, ddl: string, clauses: readonly KeyClause[]): KeyClause[] {
  const counter = autoIncrementColumn(ddl);
  return clauses.filter(
    (clause) =>
      clause.kind === 'foreign key' ||
      ((counter === null || clause.firstColumn !== counter) && clause.name !== table.keyName),
  );
}

function isOutside(clause: KeyClause, staged: ReadonlySet<string>): boolean {
  return clause.references !== null && clause.references.database === null && !staged.has(clause.references.table);
}
