import { quoteName, type Query } from './fidelity-session.js';

type Row = Readonly<Record<string, unknown>>;

export interface HashedTable {
  /** Quoted, with its database. */
  readonly name: string;
  /** Rows of information_schema.COLUMNS. */
  readonly columns: readonly Row[];
  /** Old rows of a system-versioned table are rows too. */
  readonly hasHistory: boolean;
}

/**
 * Counts a table's rows and hashes them, down to the last bit of each value. The hash does not depend on the order of
 * rows, but on how often each occurs.
 */
export async function contentHash(
  query: Query,
  { name, columns, hasHistory }: HashedTable,
): Promise<{ rows: unknown; content: unknown }> {
  const forms = columns.map((column) => {
    const form = distinctForm(quoteName(String(column.COLUMN_NAME)), String(column.DATA_TYPE));
    return `IFNULL(${form}, 'NULL')`;
  });
  const source = hasHistory ? `${name} FOR SYSTEM_TIME ALL` : name;
  const [result] = await query(
    `SELECT COUNT(*) AS counted, CONCAT_WS(' ', ${sumOf('LEFT(hash, 15)')}, ${sumOf('MID(hash, 16, 15)')}) AS content
       FROM (SELECT SHA2(CONCAT_WS(',', ${forms.join(', ')}), 256) AS hash FROM ${source}) AS hashes`,
  );
  return { rows: result.counted, content: result.content };
}

/** The exact sum of hexadecimal numbers: of strings it would be a rounded DOUBLE. */
function sumOf(hexadecimal: string): string {
  return `SUM(CAST(CONV(${hexadecimal}, 16, 10) AS UNSIGNED))`;
}

/** A short text for a value that no other value of its column has. */
function distinctForm(name: string, type: string): string {
  switch (type) {
    case 'float':
    case 'double':
      // All digits, since FLOAT itself is shown with six of them; and the sign of zero, which is not shown at all.
      return digest(`CONCAT(CAST(${name} AS DOUBLE), IF(ATAN2(${name}, -1) < 0, ' minus', ''))`);
    case 'timestamp':
      // The instant: local time can be ambiguous.
      return `CONCAT('at ', UNIX_TIMESTAMP(${name}))`;
    case 'enum':
    case 'set':
      // The empty string can be a member or the error value.
      return digest(`CONCAT(${name} + 0, ' ', HEX(${name}))`);
    case 'bit':
      return `HEX(${name})`;
    case 'json':
      // On MySQL, whose documents hold numbers, dates and bytes of kinds that their text does not tell apart.
      return digest(
        `CONCAT_WS(' ', ${name}, JSON_TYPE(${name}), ${typesAt(name, '$**.*')}, ${typesAt(name, '$**[*]')})`,
      );
    default:
      return digest(`CAST(${name} AS BINARY)`);
  }
}

/** MD5 is gone from MySQL 9. */
function digest(expression: string): string {
  return `SHA2(${expression}, 256)`;
}

function typesAt(name: string, path: string): string {
  return `(SELECT GROUP_CONCAT(JSON_TYPE(value) ORDER BY place) FROM JSON_TABLE(${name}, '${path}' COLUMNS (place FOR ORDINALITY, value json PATH '$')) AS found)`;
}
