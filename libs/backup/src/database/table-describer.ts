import type { ColumnRecord, UnshownColumn } from '../backup-set/manifest.js';
import { BackupError } from '../errors/backup.error.js';
import { columnRecord, type ColumnDescription } from './columns.js';
import {
  columnsMasked,
  errorNumber,
  historyNotSupported,
  tableChanged,
  tableNotReadable,
  transactionHistory,
} from './database.errors.js';
import type { OnUnreadable } from './schema-reader.js';
import type { Row, ServerConnection } from './server-connection.js';
import { hasTransactionPeriod, keyWithPeriod, takesHistory, withPeriod } from './system-versioning.js';
import { readTableDefinition, readTableDefinitions } from './table-definitions.js';
import { UnshownColumnsReader } from './unshown-columns.js';
import { usableKey, type KeyPart } from './usable-key.js';

/** A table as it stands, before its rows are read. */
export interface TableDescription {
  readonly name: string;
  readonly engine: string;
  readonly ddl: string;
  readonly columns: readonly ColumnRecord[];
  readonly key: readonly string[];
  readonly keyName: string;
  readonly unshown?: readonly UnshownColumn[];
  /** Whether it is system-versioned. */
  readonly hasHistory?: true;
  /** Whether neither a key nor the engine gives its rows an order. */
  readonly sortsByContent?: true;
  /** The server's estimate, bytes. */
  readonly dataBytes: number;
  /** The server's estimate. */
  readonly rowCount: number;
  /** Whether a snapshot transaction covers it. */
  readonly isTransactional: boolean;
  /** Whether it has rows of its own: not so for MERGE and FEDERATED tables. */
  readonly hasRows: boolean;
}

/** Engines that put rows wherever there is room, so that a copy is not read in the order of the original. */
const SHUFFLING_ENGINES = new Set(['aria']);

const NO_SUCH_TABLE = 1146;

const ROWLESS_ENGINES = new Set(['mrg_myisam', 'federated', 'blackhole', 'connect', 'spider', 'sphinx']);

/** Describes tables: their columns, the key that orders their rows, and what kind of rows their engine keeps. */
export class TableDescriber {
  constructor(
    private readonly connection: ServerConnection,
    private readonly onUnreadable: OnUnreadable,
  ) {}

  /** @param rows of information_schema.TABLES: `name`, `type`, `engine`, `dataBytes` and `rowCount` */
  async describe(database: string, rows: readonly Row[]): Promise<TableDescription[]> {
    const names = rows.map((row) => String(row.name));
    const columns = await this.columns(database);
    const keys = await this.keys(database);
    const unshown = await new UnshownColumnsReader(this.connection, this.onUnreadable).read(database, names);
    const transactional = await this.transactionalEngines();
    const definitions = await readTableDefinitions(this.connection, database, names);
    const tables: TableDescription[] = [];
    for (const row of rows) {
      const name = String(row.name);
      const hasHistory = row.type === 'SYSTEM VERSIONED';
      const own = columns.get(name) ?? [];
      const refusal = this.refusal(database, name, hasHistory, own);
      if (refusal !== null) {
        this.onUnreadable(refusal);
        continue;
      }
      const ddl = definitions.get(name) ?? (await this.createTable(database, name));
      if (ddl === null) {
        continue;
      }
      const described = hasHistory ? withPeriod(own) : own;
      const engine = String(row.engine ?? '');
      const isTransactional = transactional.has(engine.toLowerCase());
      const isShuffled = SHUFFLING_ENGINES.has(engine.toLowerCase());
      const key = isTransactional || isShuffled ? usableKey(keys.get(name) ?? [], described, ddl) : null;
      tables.push({
        name,
        engine,
        ddl,
        columns: described.map(columnRecord),
        key: keyWithPeriod(key?.columns ?? [], described),
        keyName: key?.name ?? '',
        unshown: unshown.get(name),
        ...(hasHistory ? { hasHistory } : {}),
        ...(isShuffled && key === null ? { sortsByContent: true as const } : {}),
        dataBytes: Number(row.dataBytes ?? 0),
        rowCount: Number(row.rowCount ?? 0),
        isTransactional,
        hasRows: !ROWLESS_ENGINES.has(engine.toLowerCase()),
      });
    }
    return tables;
  }

  /** Why rows of a table cannot be read as they are; null: they can. */
  private refusal(
    database: string,
    name: string,
    hasHistory: boolean,
    columns: readonly ColumnDescription[],
  ): BackupError | null {
    if (hasHistory && hasTransactionPeriod(columns)) {
      return transactionHistory(database, name);
    }
    if (hasHistory && !takesHistory(this.connection.server)) {
      return historyNotSupported(database, name);
    }
    const masked = columns.filter(({ isMasked }) => isMasked === true).map((column) => column.name);
    return masked.length > 0 ? columnsMasked(database, name, masked) : null;
  }

  private async createTable(database: string, name: string): Promise<string | null> {
    try {
      return await readTableDefinition(this.connection, database, name);
    } catch (error) {
      if (errorNumber(error) === NO_SUCH_TABLE && !(await this.isListed(database, name))) {
        throw tableChanged(database, name, error);
      }
      const isTold = error instanceof BackupError && error.code === 'not_readable';
      this.onUnreadable(isTold ? error : tableNotReadable(database, name, error));
      return null;
    }
  }

  private async isListed(database: string, name: string): Promise<boolean> {
    const listed = await this.connection.query(
      'SELECT 1 AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
      [database, name],
    );
    return listed.length > 0;
  }

  /** Columns that INSERT can name, by table. */
  private async columns(database: string): Promise<Map<string, ColumnDescription[]>> {
    const rows = await this.connection.query(
      'SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, DATA_TYPE AS dataType, COLUMN_TYPE AS columnType, CHARACTER_SET_NAME AS characterSet, COLLATION_NAME AS collation, EXTRA AS extra, GENERATION_EXPRESSION AS expression FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME, ORDINAL_POSITION',
      [database],
    );
    const insertable = rows.filter(
      (row) => rowPeriod(row) !== undefined || !/(?:VIRTUAL|STORED|PERSISTENT) GENERATED/i.test(String(row.extra)),
    );
    return grouped(insertable, (row) => ({
      name: String(row.name),
      dataType: String(row.dataType),
      columnType: String(row.columnType),
      characterSet: row.characterSet === null ? null : String(row.characterSet),
      collation: String(row.collation ?? ''),
      rowPeriod: rowPeriod(row),
      ...(String(row.extra).includes('MASKING POLICY') ? { isMasked: true as const } : {}),
    }));
  }

  /** Unique keys over whole, not null columns, by table. */
  private async keys(database: string): Promise<Map<string, KeyPart[]>> {
    const rows = await this.connection.query(
      'SELECT TABLE_NAME AS tableName, INDEX_NAME AS name, COLUMN_NAME AS columnName, SUB_PART AS prefix, NULLABLE AS nullable, INDEX_TYPE AS type, `COLLATION` AS direction FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND NON_UNIQUE = 0 ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX',
      [database],
    );
    return grouped(rows, (row) => ({
      name: String(row.name),
      column: row.columnName === null ? null : String(row.columnName),
      isWhole: row.prefix === null && row.nullable !== 'YES' && row.type === 'BTREE' && row.direction === 'A',
    }));
  }

  private async transactionalEngines(): Promise<Set<string>> {
    const rows = await this.connection.query(
      "SELECT ENGINE AS engine FROM information_schema.ENGINES WHERE TRANSACTIONS = 'YES'",
    );
    return new Set(rows.map((row) => String(row.engine).toLowerCase()));
  }
}

function rowPeriod({ expression }: Row): 'start' | 'end' | undefined {
  return expression === 'ROW START' ? 'start' : expression === 'ROW END' ? 'end' : undefined;
}

function grouped<T>(rows: readonly Row[], build: (row: Row) => T): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const name = String(row.tableName);
    const group = groups.get(name);
    if (group === undefined) {
      groups.set(name, [build(row)]);
    } else {
      group.push(build(row));
    }
  }
  return groups;
}
