import { createHash } from 'node:crypto';

/**
 * @typedef {object} TableFingerprint
 * @property {number} rows
 * @property {string} checksum the server's own: CHECKSUM TABLE ... EXTENDED
 * @property {string} sha256 of every value of every row, in key order
 * @property {string} definition SHOW CREATE TABLE
 */

/**
 * @typedef {object} DatabaseFingerprint
 * @property {ReadonlyMap<string, TableFingerprint>} tables the application's
 * @property {ReadonlyMap<string, string>} objects definitions of views, triggers, routines and events, by kind and name
 */

/** @typedef {import('mysql2').Connection} Connection */

/** The module's own tables: a restore leaves them as they are, and they change with every operation. */
const CATALOG = 'backup_';

/** SHOW statements for what stands on tables. */
const OBJECTS = [
  { kind: 'VIEW', names: 'SELECT table_name AS name FROM information_schema.views WHERE table_schema = DATABASE()' },
  {
    kind: 'TRIGGER',
    names: 'SELECT trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = DATABASE()',
  },
  {
    kind: 'PROCEDURE',
    names: `SELECT routine_name AS name FROM information_schema.routines
            WHERE routine_schema = DATABASE() AND routine_type = 'PROCEDURE'`,
  },
  {
    kind: 'FUNCTION',
    names: `SELECT routine_name AS name FROM information_schema.routines
            WHERE routine_schema = DATABASE() AND routine_type = 'FUNCTION'`,
  },
  { kind: 'EVENT', names: 'SELECT event_name AS name FROM information_schema.events WHERE event_schema = DATABASE()' },
];

/**
 * What the database holds, taken without any code of the library: what it claims is not what proves it.
 *
 * @param {Connection} connection
 * @param {AbortSignal} signal
 * @returns {Promise<DatabaseFingerprint>}
 */
export async function fingerprint(connection, signal) {
  const names = await column(
    connection,
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name`,
  );
  /** @type {Map<string, TableFingerprint>} */
  const tables = new Map();
  for (const name of names.filter((found) => !found.startsWith(CATALOG))) {
    signal.throwIfAborted();
    tables.set(name, await tableFingerprint(connection, name));
  }
  /** @type {Map<string, string>} */
  const objects = new Map();
  for (const { kind, names: select } of OBJECTS) {
    for (const name of await column(connection, select)) {
      const { Created, ...definition } = await row(connection, `SHOW CREATE ${kind} ${quoted(name)}`);
      objects.set(`${kind.toLowerCase()} ${name}`, JSON.stringify(definition));
    }
  }
  return { tables, objects };
}

/**
 * In which ways a table is not what it was.
 *
 * @param {TableFingerprint | undefined} before
 * @param {TableFingerprint | undefined} now
 * @returns {string[]} none when it is identical
 */
export function differences(before, now) {
  if (!before) return ['new'];
  if (!now) return ['missing'];
  const compared = /** @type {const} */ ([
    ['rows', before.rows === now.rows],
    ['checksum', before.checksum === now.checksum],
    ['content', before.sha256 === now.sha256],
    ['definition', before.definition === now.definition],
  ]);
  return compared.filter(([, isSame]) => !isSame).map(([what]) => what);
}

/**
 * Everything that is not what it was, tables and all that stands on them: a line each.
 *
 * @param {DatabaseFingerprint} before
 * @param {DatabaseFingerprint} now
 */
export function allDifferences(before, now) {
  const tables = [...new Set([...before.tables.keys(), ...now.tables.keys()])].flatMap((name) => {
    const found = differences(before.tables.get(name), now.tables.get(name));
    return found.length === 0 ? [] : [`table ${name} (${found.join(', ')})`];
  });
  const objects = [...new Set([...before.objects.keys(), ...now.objects.keys()])].filter(
    (name) => before.objects.get(name) !== now.objects.get(name),
  );
  return [...tables, ...objects];
}

/**
 * @param {Connection} connection
 * @param {string} name
 * @returns {Promise<TableFingerprint>}
 */
async function tableFingerprint(connection, name) {
  const { Checksum: checksum } = await row(connection, `CHECKSUM TABLE ${quoted(name)} EXTENDED`);
  const { 'Create Table': definition } = await row(connection, `SHOW CREATE TABLE ${quoted(name)}`);
  return { ...(await contentOf(connection, name)), checksum: String(checksum), definition: String(definition) };
}

/**
 * @param {Connection} connection
 * @param {string} name
 */
async function contentOf(connection, name) {
  const key = await column(
    connection,
    `SELECT column_name AS name FROM information_schema.statistics
     WHERE table_schema = DATABASE() AND table_name = ? AND index_name = 'PRIMARY' ORDER BY seq_in_index`,
    [name],
  );
  const hash = createHash('sha256');
  let rows = 0;
  // Row by row, and as the bytes that the server sends.
  const stream = connection
    .query({
      sql: `SELECT * FROM ${quoted(name)} ORDER BY ${key.map(quoted).join(', ')}`,
      rowsAsArray: true,
      typeCast: false,
    })
    .stream();
  for await (const values of stream) {
    rows += 1;
    for (const value of /** @type {(Buffer | null)[]} */ (values)) {
      // With its length in front, so that no value can be taken for two.
      hash.update(value === null ? 'null;' : `${value.length}:`);
      if (value !== null) hash.update(value);
    }
  }
  return { rows, sha256: hash.digest('hex') };
}

/**
 * @param {Connection} connection
 * @param {string} sql
 * @returns {Promise<Record<string, unknown>>}
 */
async function row(connection, sql) {
  const [rows] = await connection.promise().query(sql);
  const [first] = /** @type {Record<string, unknown>[]} */ (rows);
  return first;
}

/**
 * @param {Connection} connection
 * @param {string} sql
 * @param {unknown[]} [values]
 */
async function column(connection, sql, values) {
  const [rows] = await connection.promise().query(sql, values);
  return /** @type {{ name: unknown }[]} */ (rows).map(({ name }) => String(name));
}

/** @param {string} name */
function quoted(name) {
  return `\`${name.replaceAll('`', '``')}\``;
}
