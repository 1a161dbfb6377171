import type { Manifest, ObjectRecord, RangeRecord, SequenceRecord, TableRecord } from '../../backup-set/manifest.js';
import { objectDamaged } from '../../backup-set/backup-set.errors.js';
import {
  addClauses,
  autoIncrementColumn,
  columnsNaming,
  keyClauses,
  modifyColumn,
  withoutClauses,
  type KeyClause,
} from '../ddl/create-table.js';
import { tokenize } from '../ddl/ddl-tokenizer.js';
import { renameDatabases } from '../ddl/rename-database.js';
import type { EnginePool } from '../engine/engine-pool.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteName, quoteQualified } from '../sql.js';
import { tableShape, WHOLE_TABLE } from '../table-rows.js';
import { proofFailed } from './restore.errors.js';
import type { RestoreTarget } from './restore-targets.js';

/** A change to a table that can only be made in the live schema: it refers to something there by name. */
export interface LateStatement {
  readonly table: string;
  readonly statement: string;
  /** What the table's definition holds when the statement has run. */
  readonly result: string;
}

/** Which schemas stand for which while tables are filled. */
export interface RestoreSchemas {
  /** From a database's name in the set to the schema that is filled. */
  readonly bySource: ReadonlyMap<string, string>;
  /** The tables of each schema that is filled. */
  readonly filled: ReadonlyMap<string, ReadonlySet<string>>;
  /** From schemas that are filled to the live ones, where those are others. */
  readonly toLive: ReadonlyMap<string, string>;
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
    private readonly schemas: RestoreSchemas,
  ) {
    this.objects = new Map(manifest.objects.map((object) => [object.key, object]));
  }

  /** Plain bytes of the rows of some tables. */
  plainBytes(tables: readonly TableRecord[]): number {
    return tables.reduce((sum, table) => sum + this.tableBytes(table), 0);
  }

  async createSequences(target: RestoreTarget, schema: string): Promise<void> {
    for (const sequence of target.sequences) {
      await this.createSequence(sequence, schema);
    }
  }

  /** @returns what has to wait until the tables are live */
  async fill(target: RestoreTarget, schema: string): Promise<LateStatement[]> {
    const running = target.tables.map((table) => this.fillTable(table, schema));
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

  private async fillTable(table: TableRecord, schema: string): Promise<LateStatement[]> {
    // defaults and foreign keys may name sequences and tables of restored databases: until the swap, the staged ones
    const ddl = renameDatabases(table.ddl, this.schemas.bySource);
    const clauses = keyClauses(ddl);
    const outside = clauses.filter((clause) => isOutside(clause, schema, this.schemas.filled));
    const deferred = this.isWorthDeferring(table) ? deferrable(table, ddl, clauses) : [];
    const create = withoutClauses(ddl, [...new Set([...outside, ...deferred])]);
    await this.pool.run({ kind: 'statements', database: schema, statements: [create] });
    await this.load(table, schema);
    const now = deferred.filter((clause) => !outside.includes(clause));
    if (now.length > 0) {
      await this.pool.run({ kind: 'statements', database: schema, statements: [addClauses(table.name, now)] });
    }
    await this.prove(table, schema, withoutClauses(ddl, outside));
    const defaults = columnsNaming(ddl, new Set(this.schemas.toLive.keys()));
    return [
      ...defaults.map((definition) => {
        const result = renameDatabases(definition, this.schemas.toLive);
        return { table: table.name, statement: modifyColumn(table.name, result), result };
      }),
      ...outside.map((clause) => {
        const result = renameDatabases(clause.text, this.schemas.toLive);
        return { table: table.name, statement: addClauses(table.name, [{ ...clause, text: result }]), result };
      }),
    ];
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
        shape: tableShape(table),
        uniqueChecks,
      });
    });
  }

  private async prove(table: TableRecord, schema: string, expectedDdl: string): Promise<void> {
    const shape = tableShape(table);
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
    if (withoutOldFormat(String(row['Create Table'])) !== withoutOldFormat(expectedDdl)) {
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

/** Staged rows that refer to a live table would keep its rows from being deleted. */
function isOutside({ references }: KeyClause, schema: string, filled: RestoreSchemas['filled']): boolean {
  return references !== null && filled.get(references.database ?? schema)?.has(references.table) !== true;
}

/** Temporal columns from before MariaDB 5.3 carry a comment; a new table has the new format, and holds the same. */
function withoutOldFormat(ddl: string): string {
  return tokenize(ddl)
    .filter((token) => token.kind === 'comment' && token.text === '/* mariadb-5.3 */')
    .toReversed()
    .reduce((text, token) => text.slice(0, token.start).trimEnd() + text.slice(token.end), ddl);
}
