import type { Manifest, SequenceRecord } from '../../backup-set/manifest.js';
import { SetObjects } from '../../backup-set/set-objects.js';
import {
  addClauses,
  autoIncrementColumn,
  columnsNaming,
  completeDdl,
  convertsLiterals,
  isPartitioned,
  keyClauses,
  modifyColumn,
  withoutClauses,
  type KeyClause,
} from '../ddl/create-table.js';
import { tableCreation } from '../ddl/table-creation.js';
import { renameDatabases } from '../ddl/rename-database.js';
import { errorNumber } from '../database.errors.js';
import type { EnginePool } from '../engine/engine-pool.js';
import { SHORT_BYTES } from '../engine/engine-tasks.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteName } from '../sql.js';
import { tableShape } from '../table-rows.js';
import { unshownOn } from '../unshown-columns.js';
import { rowsCollide, tableNotPossible } from './restore.errors.js';
import type { RestoredTable } from './restored-table.js';
import { forEachRange, TableProver } from './table-prover.js';
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
  /** The tables of each schema that is filled which foreign keys follow when they are renamed. */
  readonly followed: ReadonlyMap<string, ReadonlySet<string>>;
  /** From schemas that are filled to the live ones, where those are others. */
  readonly toLive: ReadonlyMap<string, string>;
}

const DUPLICATE = 1062;

/** Smaller tables gain nothing from making their indexes last. Plain bytes. */
const DEFERRAL_BYTES = 8 * 1024 * 1024;

/** Creates a target's tables in a schema, fills them, and proves that they hold what was backed up. */
export class TableFiller {
  private readonly objects: SetObjects;
  private readonly prover: TableProver;

  constructor(
    private readonly pool: EnginePool,
    private readonly connection: ServerConnection,
    private readonly manifest: Manifest,
    private readonly schemas: RestoreSchemas,
  ) {
    this.objects = new SetObjects(manifest);
    this.prover = new TableProver(pool, connection, this.objects);
  }

  /** Plain bytes of the rows of some tables. */
  plainBytes(tables: readonly RestoredTable[]): number {
    return tables.reduce((sum, table) => sum + this.objects.bytes(table), 0);
  }

  async createSequences(target: RestoreTarget, schema: string): Promise<void> {
    for (const sequence of target.sequences) {
      await this.createSequence(sequence, schema);
    }
  }

  /** @returns what has to wait until the tables are live */
  async fill(target: RestoreTarget, schema: string): Promise<LateStatement[]> {
    // those whose indexes are made when their rows are there first: others are filled meanwhile
    const byWork = target.tables
      .map((table) => ({ table, bytes: this.deferralBytes(table) }))
      .toSorted((a, b) => b.bytes - a.bytes);
    const running = byWork.map(({ table }) => this.fillTable(table, schema));
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

  private async fillTable(table: RestoredTable, schema: string): Promise<LateStatement[]> {
    // defaults and foreign keys may name sequences and tables of restored databases: until the swap, the staged ones
    const ddl = renameDatabases(table.ddl, this.schemas.bySource);
    const clauses = keyClauses(ddl);
    const outside = clauses.filter((clause) => isOutside(clause, schema, this.schemas.followed));
    const deferred = this.isWorthDeferring(table) ? deferrable(table, ddl, clauses) : [];
    const bare = withoutClauses(ddl, [...new Set([...outside, ...deferred])]);
    const { flavour } = this.connection.server;
    const isAdapted = table.proof.definition === 'equivalent';
    const create = isAdapted ? bare : tableCreation({ ...table, ddl: bare }, flavour);
    await this.create(table, schema, completeDdl(create, unshownOn(flavour, table.unshown)));
    const now = deferred.filter((clause) => !outside.includes(clause));
    try {
      await this.load(table, schema);
      if (now.length > 0) {
        const statements = [addClauses(table.name, now)];
        await this.pool.run({ kind: 'statements', database: schema, statements, isShort: false }, 'next');
      }
    } catch (error) {
      throw table.proof.checksUniqueness && errorNumber(error) === DUPLICATE ? rowsCollide(table.name, error) : error;
    }
    await this.prover.prove(table, schema, withoutClauses(ddl, outside));
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

  private async create(table: RestoredTable, schema: string, statement: string): Promise<void> {
    try {
      await this.pool.run({ kind: 'statements', database: schema, statements: [statement], isShort: true });
    } catch (error) {
      const isForeign = table.proof.definition === 'equivalent' && errorNumber(error) > 0;
      throw isForeign ? tableNotPossible(table.name, error) : error;
    }
  }

  private async load(table: RestoredTable, schema: string): Promise<void> {
    // MariaDB locks an empty table as a whole when both checks are off: in the way of parallel ranges
    const uniqueChecks = table.ranges.length > 1 || table.proof.checksUniqueness;
    await forEachRange(table, async (range) => {
      const object = this.objects.of(range);
      await this.pool.run({
        kind: 'load',
        object,
        database: schema,
        shape: tableShape(table),
        rows: range.rows,
        statements: range.statements,
        uniqueChecks,
        isShort: object.plainSize <= SHORT_BYTES,
      });
    });
  }

  private isWorthDeferring(table: RestoredTable): boolean {
    const isLarge = table.engine === 'InnoDB' && this.objects.bytes(table) >= DEFERRAL_BYTES;
    return isLarge && !(this.connection.server.flavour === 'mysql' && convertsLiterals(table.ddl));
  }

  /** Plain bytes of a table whose indexes are made last; 0: it has none. */
  private deferralBytes(table: RestoredTable): number {
    return this.isWorthDeferring(table) && deferrable(table, table.ddl, keyClauses(table.ddl)).length > 0
      ? this.objects.bytes(table)
      : 0;
  }
}

/** Indexes and foreign keys that can be made after the rows are there. */
function deferrable(table: RestoredTable, ddl: string, clauses: readonly KeyClause[]): KeyClause[] {
  const counter = autoIncrementColumn(ddl);
  return clauses.filter(
    (clause) =>
      clause.kind === 'foreign key' ||
      ((counter === null || clause.firstColumn !== counter) && clause.name !== table.keyName),
  );
}

/** Whether foreign keys follow a table that is renamed: they are InnoDB's, and stand for nothing with other parents. */
export function isFollowed({ engine, ddl }: Pick<RestoredTable, 'engine' | 'ddl'>): boolean {
  return engine === 'InnoDB' && !isPartitioned(ddl);
}

/** Staged rows that refer to a live table would keep its rows from being deleted. */
function isOutside({ references }: KeyClause, schema: string, followed: RestoreSchemas['followed']): boolean {
  return references !== null && followed.get(references.database ?? schema)?.has(references.table) !== true;
}
