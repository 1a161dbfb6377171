import { contentHash } from './fidelity-content.js';
import { quoteName, type Query } from './fidelity-session.js';

type Row = Readonly<Record<string, unknown>>;
type ByName<T> = Readonly<Record<string, T>>;

/** What two databases must agree on to be the same, for `expect(after).toEqual(before)`. */
export interface Fingerprint {
  readonly database: Row;
  readonly tables: ByName<TableFingerprint>;
  readonly sequences: ByName<{ readonly create: Row; readonly state: Row }>;
  readonly views: ByName<{ readonly create: Row; readonly columns: readonly Row[] }>;
  readonly routines: ByName<Row>;
  readonly triggers: ByName<Row>;
  readonly events: ByName<Row>;
}

export interface TableFingerprint {
  readonly create: Row;
  /** SHOW CREATE leaves the counter out when it is 1. */
  readonly autoIncrement: unknown;
  readonly checksum: unknown;
  readonly rows: unknown;
  readonly content: unknown;
  /** SRID by column. */
  readonly spatialReferences: readonly Row[];
  /** Expressions of MySQL's tables, whose texts of other character sets SHOW CREATE does not tell apart. */
  readonly expressions: readonly Row[];
}

/** Columns of a system-versioned table that names none; information_schema does not list them. */
const HIDDEN_PERIOD: readonly Row[] = ['row_start', 'row_end'].map((name) => ({
  COLUMN_NAME: name,
  DATA_TYPE: 'timestamp',
}));

/**
 * Everything about a database that a restore must bring back: definitions with the settings they were made
 * under, and the rows down to the last bit.
 */
export async function fingerprint(query: Query, database: string): Promise<Fingerprint> {
  const show = (kind: string) => (name: string) => showCreate(query, kind, database, name);
  const found = (columns: string, source: string): Promise<Row[]> =>
    query(`SELECT ${columns} FROM information_schema.${source} = ?`, [database]);

  const [schema] = await query(`SHOW CREATE DATABASE ${quoteName(database)}`);
  const objects = await found(
    'TABLE_NAME AS name, TABLE_TYPE AS type, AUTO_INCREMENT AS counter',
    'TABLES WHERE TABLE_SCHEMA',
  );
  const ofType = (...types: string[]): Row[] => objects.filter(({ type }) => types.includes(String(type)));
  const columns = grouped(
    await found(
      'TABLE_NAME AS owner, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, COLLATION_NAME, IS_NULLABLE, ORDINAL_POSITION',
      'COLUMNS WHERE TABLE_SCHEMA',
    ),
    'ORDINAL_POSITION',
  );
  const [{ version }] = await query('SELECT VERSION() AS version');
  const isMysql = !String(version).includes('MariaDB');
  const shapes = grouped(isMysql ? [] : await spatialReferences(query, database), 'G_GEOMETRY_COLUMN');
  const hiddenTexts = grouped(isMysql ? await expressions(query, database) : [], 'name');
  const routines = await found('ROUTINE_NAME AS name, ROUTINE_TYPE AS kind', 'ROUTINES WHERE ROUTINE_SCHEMA');
  const triggers = await found(
    'TRIGGER_NAME AS name, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER',
    'TRIGGERS WHERE TRIGGER_SCHEMA',
  );
  const events = await found('EVENT_NAME AS name', 'EVENTS WHERE EVENT_SCHEMA');

  return {
    database: schema,
    tables: await collect(ofType('BASE TABLE', 'SYSTEM VERSIONED'), async (name, { counter, type }) => {
      const qualified = `${quoteName(database)}.${quoteName(name)}`;
      const create = await show('TABLE')(name);
      const [checksum] = await query(`CHECKSUM TABLE ${qualified} EXTENDED`);
      const hasHistory = type !== 'BASE TABLE';
      const hasHiddenPeriod = hasHistory && !String(create['Create Table']).includes('PERIOD FOR SYSTEM_TIME');
      const own = [...(columns.get(name) ?? []), ...(hasHiddenPeriod ? HIDDEN_PERIOD : [])];
      return {
        create,
        // 1 or none, before the first row
        autoIncrement: counter ?? 1,
        checksum: isChecksumStable(create) ? checksum.Checksum : null,
        ...(await contentHash(query, { name: qualified, columns: own, hasHistory })),
        spatialReferences: shapes.get(name) ?? [],
        expressions: hiddenTexts.get(name) ?? [],
      };
    }),
    sequences: await collect(ofType('SEQUENCE'), async (name) => {
      const [state] = await query(`SELECT * FROM ${quoteName(database)}.${quoteName(name)}`);
      return { create: await show('SEQUENCE')(name), state };
    }),
    views: await collect(ofType('VIEW'), async (name) => ({
      create: await show('VIEW')(name),
      columns: columns.get(name) ?? [],
    })),
    routines: await collect(
      routines.map(({ name, kind }) => ({ name: `${String(kind)} ${String(name)}`, plainName: name, kind })),
      (_, { plainName, kind }) => show(String(kind))(String(plainName)),
    ),
    triggers: await collect(triggers, async (name, place) => {
      const { Created: _created, ...create } = await show('TRIGGER')(name);
      return { ...create, ...place };
    }),
    events: await collect(events, show('EVENT')),
  };
}

/** MySQL's is another one each time for a table with keys over expressions: it counts the hidden columns below them. */
function isChecksumStable(create: Row): boolean {
  return !/ KEY `.*\(\(| KEY `.*,\(/.test(String(create['Create Table']));
}

/** MariaDB's tables' definitions do not show them. */
async function spatialReferences(query: Query, database: string): Promise<Row[]> {
  return query(
    'SELECT G_TABLE_NAME AS owner, G_GEOMETRY_COLUMN, SRID FROM information_schema.GEOMETRY_COLUMNS WHERE G_TABLE_SCHEMA = ?',
    [database],
  );
}

/**
 * Without the lists of expressions, whose literals MySQL words anew when a table is made: in the client's character set before,
 * in the column's afterwards, so that `_latin1'ü'` becomes `_utf8mb4'ü'`. Definitions and rows tell whether they mean the same.
 */
export function withoutWording(found: Fingerprint): Fingerprint {
  const tables = Object.entries(found.tables).map(([name, table]) => [name, { ...table, expressions: [] }]);
  return { ...found, tables: Object.fromEntries(tables) as Fingerprint['tables'] };
}

async function expressions(query: Query, database: string): Promise<Row[]> {
  return query(
    `SELECT TABLE_NAME AS owner, CONSTRAINT_NAME AS name, HEX(CHECK_CLAUSE) AS expression
       FROM information_schema.CHECK_CONSTRAINTS JOIN information_schema.TABLE_CONSTRAINTS USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME)
      WHERE CONSTRAINT_SCHEMA = ?
      UNION ALL
     SELECT TABLE_NAME, COLUMN_NAME, HEX(CONCAT(GENERATION_EXPRESSION, IFNULL(COLUMN_DEFAULT, '')))
       FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND (GENERATION_EXPRESSION <> '' OR EXTRA LIKE '%DEFAULT_GENERATED%')
      UNION ALL
     SELECT TABLE_NAME, CONCAT(INDEX_NAME, SEQ_IN_INDEX), HEX(EXPRESSION)
       FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND EXPRESSION IS NOT NULL`,
    [database, database, database],
  );
}

async function showCreate(query: Query, kind: string, database: string, name: string): Promise<Row> {
  const [row] = await query(`SHOW CREATE ${kind} ${quoteName(database)}.${quoteName(name)}`);
  return row;
}

/** Reads one thing after another: a pool of sessions would gain little and load the server. */
async function collect<T>(
  rows: readonly Row[],
  read: (name: string, row: Row) => Promise<T>,
): Promise<Record<string, T>> {
  const entries: [string, T][] = [];
  for (const row of rows.toSorted(byColumn('name'))) {
    const name = String(row.name);
    entries.push([name, await read(name, row)]);
  }
  return Object.fromEntries(entries);
}

function grouped(rows: readonly Row[], order: string): Map<string, Row[]> {
  return Map.groupBy(rows.toSorted(byColumn(order)), ({ owner }) => String(owner));
}

function byColumn(column: string): (a: Row, b: Row) => number {
  return (a, b) => String(a[column]).localeCompare(String(b[column]), 'en', { numeric: true });
}
