import { errorNumber } from './database.errors.js';
import type { Row, ServerConnection } from './server-connection.js';

/** What stands under a table's name at a moment. */
export interface TableIdentity {
  /** Another one when another table stands under the name, or its definition has changed. */
  readonly mark: string;
  /**
   * What shows that the table was changed after this moment: the mark; the mark and the definition, where both changes
   * may bear the same time; or nothing, so that the table has to be held.
   */
  readonly shownBy: 'mark' | 'mark and definition' | 'nothing';
  /** The value that AUTO_INCREMENT gives next; null where there is none. */
  readonly nextNumber: string | null;
  /** Whether a lower number tells that the table was emptied, which nothing else may tell. */
  readonly isEmptiedByNumber: boolean;
}

/** By {@link identityKey}. */
export type TableIdentities = ReadonlyMap<string, TableIdentity>;

export function identityKey(database: string, table: string): string {
  return JSON.stringify([database, table]);
}

const PROCESS_MISSING = 1227;

/** Times are whole seconds, and those of files lag behind the clock a little. */
const TABLES = `SELECT TABLE_SCHEMA AS db, TABLE_NAME AS name, CREATE_TIME AS changed, AUTO_INCREMENT AS nextNumber,
  CREATE_TIME >= NOW() - INTERVAL 1 SECOND AS isYoung, CREATE_OPTIONS LIKE '%partitioned%' AS isPartitioned
  FROM information_schema.TABLES WHERE TABLE_SCHEMA IN (?) AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')`;

/** Names as InnoDB has them, `db/table`; the ids tell tables and partitions apart that have changed places. */
const FILE_NAMES = `SELECT TABLE_SCHEMA AS db, TABLE_NAME AS name,
  CAST(CONCAT(CONVERT(TABLE_SCHEMA USING filename), '/', CONVERT(TABLE_NAME USING filename)) AS CHAR CHARACTER SET latin1) AS file
  FROM information_schema.TABLES WHERE TABLE_SCHEMA IN (?) AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')`;

/** The tables of some databases, as they stand now. */
export async function readTableIdentities(
  connection: ServerConnection,
  databases: readonly string[],
): Promise<TableIdentities> {
  const { flavour } = connection.server;
  const ids = flavour === 'mariadb' ? await readIds(connection, databases) : null;
  const rows = await connection.query(TABLES, [databases]);
  return new Map(
    rows.map((row) => {
      const key = identityKey(String(row.db), String(row.name));
      return [
        key,
        {
          mark: `${String(row.changed)} ${ids?.get(key) ?? ''}`,
          shownBy: shownBy(row, flavour === 'mariadb', ids !== null),
          nextNumber: row.nextNumber === null ? null : String(row.nextNumber),
          // InnoDB's ids tell; MySQL's tables are held; partitioned ones count anew whenever they are opened
          isEmptiedByNumber: flavour === 'mariadb' && ids === null && Number(row.isPartitioned) === 0,
        },
      ];
    }),
  );
}

/** A time does not change when partitions or, on MySQL, tables change places. */
function shownBy(row: Row, isMariadb: boolean, hasIds: boolean): TableIdentity['shownBy'] {
  const isYoung = Number(row.isYoung) === 1;
  if (hasIds) {
    return isYoung ? 'mark and definition' : 'mark';
  }
  return !isMariadb || isYoung || Number(row.isPartitioned) === 1 ? 'nothing' : 'mark';
}

/** InnoDB's ids of each table and its partitions; null without the privilege PROCESS. */
async function readIds(
  connection: ServerConnection,
  databases: readonly string[],
): Promise<ReadonlyMap<string, string> | null> {
  let spaces: Row[];
  try {
    spaces = await connection.query(
      'SELECT NAME AS name, TABLE_ID AS id FROM information_schema.INNODB_SYS_TABLES ORDER BY NAME',
    );
  } catch (error) {
    if (errorNumber(error) === PROCESS_MISSING) {
      return null;
    }
    throw error;
  }
  const byFile = Map.groupBy(spaces, ({ name }) => String(name).split('#', 1)[0]);
  const files = await connection.query(FILE_NAMES, [databases]);
  return new Map(
    files.map(({ db, name, file }) => [
      identityKey(String(db), String(name)),
      (byFile.get(String(file)) ?? []).map((space) => `${String(space.name)}=${String(space.id)}`).join(' '),
    ]),
  );
}
