import type { ServerConnection } from './server-connection.js';
import { quoteName, quoteQualified } from './sql.js';

/** An ENUM or SET as the server describes it. */
export interface MembersColumn {
  readonly database: string;
  readonly table: string;
  readonly name: string;
  readonly kind: 'enum' | 'set';
  /** How many members it has. */
  readonly count: number;
}

/**
 * The members of a column as they are, which is not always how the server shows them.
 *
 * @throws BackupError `missing_privilege` on MySQL, without the privilege for temporary tables
 */
export function readMembers(connection: ServerConnection, column: MembersColumn): Promise<string[]> {
  const read = connection.server.flavour === 'mariadb' ? membersOnMariadb : membersOnMysql;
  return connection.alone(() => read(connection, column));
}

/**
 * A variable of the column's type takes each of its members by number.
 *
 * @see https://mariadb.com/kb/en/declare-variable/ (TYPE OF)
 */
async function membersOnMariadb(
  connection: ServerConnection,
  { database, table, name, kind, count }: MembersColumn,
): Promise<string[]> {
  await connection.query(
    `BEGIN NOT ATOMIC
       DECLARE member TYPE OF ${quoteQualified(database, table)}.${quoteName(name)};
       DECLARE position INT DEFAULT 1;
       SET @backup_members = '';
       WHILE position <= ${String(count)} DO
         SET member = ${kind === 'set' ? '1 << (position - 1)' : 'position'};
         SET @backup_members = CONCAT(@backup_members, HEX(CONVERT(member USING utf8mb4)), ',');
         SET position = position + 1;
       END WHILE;
     END`,
  );
  const [{ members }] = await connection.query('SELECT @backup_members AS members');
  return String(members)
    .split(',')
    .slice(0, count)
    .map((hex) => Buffer.from(hex, 'hex').toString());
}

/** MySQL has no such variables: a temporary table gets a column of that type. */
async function membersOnMysql(
  connection: ServerConnection,
  { database, table, name, kind, count }: MembersColumn,
): Promise<string[]> {
  const temporary = quoteQualified(database, '_backup_members');
  const rows = Array.from({ length: count }, (_, index) =>
    kind === 'set' ? `(${String(index)}, 1 << ${String(index)})` : `(${String(index)}, ${String(index + 1)})`,
  );
  await connection.query(
    `CREATE TEMPORARY TABLE ${temporary} (PRIMARY KEY (position)) ENGINE=InnoDB
       SELECT 0 AS position, ${quoteName(name)} AS member FROM ${quoteQualified(database, table)} LIMIT 0`,
  );
  try {
    await connection.query(`INSERT INTO ${temporary} VALUES ${rows.join(', ')}`);
    const members = await connection.query(
      `SELECT HEX(CONVERT(member USING utf8mb4)) AS hex FROM ${temporary} ORDER BY position`,
    );
    return members.map(({ hex }) => Buffer.from(String(hex), 'hex').toString());
  } finally {
    await connection.query(`DROP TEMPORARY TABLE ${temporary}`);
  }
}
