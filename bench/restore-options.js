/**
 * What makes loading a table faster, each choice beside its alternative, on the table of many short rows and two secondary
 * indexes, in turn; and what it costs to read it back for the proof:
 *
 *   npm run bench:restore -- [--rounds 3] [--size 600] [--server mariadb]
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { runScript } from '../scripts/entry-point.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { createLargeDatabase } from './bench-database.js';
import { BenchServer, serverFlavour } from './bench-server.js';
import { engineParts } from './engine-parts.js';
import { processSeconds } from './measured-run.js';
import { median } from './statistics.js';

const TABLE = 'short_rows';
const KEYS = ['ADD KEY (user_id)', 'ADD KEY (created)'];
const FOREIGN_KEY = 'ADD CONSTRAINT bench_users FOREIGN KEY (user_id) REFERENCES users (id)';
const PARTS = 8;
const STORED_STATEMENT_BYTES = 1_000_000;

/**
 * @typedef {object} Choices
 * @property {number} sessions that load parts of the table side by side
 * @property {boolean} defersKeys makes the secondary indexes when the rows are there
 * @property {boolean} oneAlter makes them all in one statement
 * @property {boolean} hasForeignKey one more key, deferred like the others
 * @property {readonly string[]} settings of the session that makes them
 * @property {0 | 1} uniqueChecks
 * @property {'part' | 'statement'} transaction
 * @property {number} statementBytes
 * @property {'INSERT' | 'LOAD DATA'} by
 */

/** @type {Choices} */
const OURS = {
  sessions: 2,
  defersKeys: true,
  oneAlter: true,
  hasForeignKey: false,
  settings: [],
  uniqueChecks: 1,
  transaction: 'part',
  statementBytes: 32_000,
  by: 'INSERT',
};

/** @type {readonly (readonly [string, Choices])[]} */
const COMMON = [
  ['two sessions, indexes deferred and made in one statement, unique_checks=1, a transaction a part', OURS],
  ['one session', { ...OURS, sessions: 1 }],
  ['one session, unique_checks=0', { ...OURS, sessions: 1, uniqueChecks: 0 }],
  ['unique_checks=0', { ...OURS, uniqueChecks: 0 }],
  ['indexes there from the start', { ...OURS, defersKeys: false }],
  ['indexes made one by one', { ...OURS, oneAlter: false }],
  ['a foreign key too, deferred', { ...OURS, hasForeignKey: true }],
  ['a foreign key too, it and indexes there from the start', { ...OURS, hasForeignKey: true, defersKeys: false }],
  ['a transaction a statement', { ...OURS, transaction: 'statement' }],
  ...[16, 64, 256, 1000].map(
    (kilobytes) =>
      /** @type {const} */ ([`statements of ${kilobytes} KB, not 32`, { ...OURS, statementBytes: kilobytes * 1000 }]),
  ),
  ['LOAD DATA LOCAL', { ...OURS, by: 'LOAD DATA' }],
  ['LOAD DATA LOCAL, one session, unique_checks=0', { ...OURS, by: 'LOAD DATA', sessions: 1, uniqueChecks: 0 }],
];

/** Settings that a session may change on one kind of server only. */
/** @type {Record<import('./bench-server.js').Flavour, readonly (readonly [string, Choices])[]>} */
const VARIANTS = {
  mariadb: COMMON,
  mysql: [
    ...COMMON,
    ...['innodb_ddl_buffer_size=16777216', 'innodb_ddl_buffer_size=67108864', 'innodb_ddl_threads=2'].map(
      (setting) => /** @type {const} */ ([setting, { ...OURS, settings: [setting] }]),
    ),
  ],
};

const PROOF = 'the proof: reading all rows back and hashing them, one session';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    size: { type: 'string', default: '600' },
    server: { type: 'string', default: 'mariadb' },
  },
});

await runScript(async (signal) => {
  await ensureSupportedNode();
  const flavour = serverFlavour(values.server);
  const server = await BenchServer.start(flavour, ['--local-infile=1'], signal);
  try {
    const database = await createLargeDatabase(server, Number(values.size));
    const rows = await readTable(server, database);
    /** @type {Map<string, { seconds: number, cpu: number }[]>} */
    const results = new Map([...VARIANTS[flavour].map(([name]) => name), PROOF].map((name) => [name, []]));
    /** @param {string} name @param {{ seconds: number, cpu: number }} result */
    const note = (name, result) => {
      results.get(name)?.push(result);
      process.stdout.write(`${name.padEnd(96)} ${result.seconds.toFixed(1)} s, server ${result.cpu.toFixed(1)} s\n`);
    };
    for (let round = 1; round <= Number(values.rounds); round += 1) {
      process.stdout.write(`round ${round}\n`);
      for (const [name, choices] of VARIANTS[flavour]) {
        signal.throwIfAborted();
        note(name, await load(server, database, rows, choices));
      }
      note(PROOF, await readBack(server, database));
    }
    report(rows.length, results);
  } finally {
    await server.stop();
  }
});

/**
 * @param {number} rows
 * @param {ReadonlyMap<string, readonly { seconds: number, cpu: number }[]>} results
 */
function report(rows, results) {
  process.stdout.write(`\n${rows} rows. Medians.\n\n| | seconds | server CPU, s |\n| --- | --- | --- |\n`);
  for (const [name, measured] of results) {
    const seconds = median(measured.map((result) => result.seconds));
    const cpu = median(measured.map((result) => result.cpu));
    process.stdout.write(`| ${name} | ${seconds.toFixed(1)} | ${cpu.toFixed(1)} |\n`);
  }
}

/**
 * The table's rows as text, values in order.
 *
 * @param {BenchServer} server
 * @param {string} database
 * @returns {Promise<string[][]>}
 */
async function readTable(server, database) {
  const connection = await createConnection({
    uri: server.url(database),
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    rowsAsArray: true,
  });
  const [rows] = await connection.query(`SELECT * FROM ${TABLE} ORDER BY id`);
  await connection.end();
  return /** @type {unknown[][]} */ (rows).map((row) => row.map(String));
}

/**
 * @param {BenchServer} server
 * @param {string} database
 * @param {readonly string[][]} rows
 * @param {Choices} choices
 */
async function load(server, database, rows, choices) {
  const partRows = Math.ceil(rows.length / PARTS);
  const parts = Array.from({ length: PARTS }, (_, index) => rows.slice(index * partRows, (index + 1) * partRows));
  const encoded = parts.map((part) =>
    choices.by === 'INSERT' ? insertStatements(part, choices.statementBytes) : [tabSeparated(part)],
  );
  const keys = choices.hasForeignKey ? [...KEYS, FOREIGN_KEY] : KEYS;
  await server.run([
    'SET SESSION foreign_key_checks=0',
    'CREATE DATABASE bench_load',
    'CREATE TABLE bench_load.users (id INT NOT NULL PRIMARY KEY)',
    `CREATE TABLE bench_load.${TABLE} LIKE ${database}.${TABLE}`,
    `ALTER TABLE bench_load.${TABLE} DROP KEY user_id, DROP KEY created`,
    ...(choices.defersKeys ? [] : [`ALTER TABLE bench_load.${TABLE} ${keys.join(', ')}`]),
  ]);
  try {
    const startedAt = performance.now();
    const before = await processSeconds(server.pid);
    const queue = encoded.values();
    await Promise.all(Array.from({ length: choices.sessions }, () => loadParts(server, queue, choices)));
    if (choices.defersKeys) {
      const settings = ['foreign_key_checks=0', ...choices.settings].map((setting) => `SET SESSION ${setting}`);
      const alters = (choices.oneAlter ? [keys.join(', ')] : keys).map(
        (each) => `ALTER TABLE bench_load.${TABLE} ${each}`,
      );
      await server.run(['USE bench_load', ...settings, ...alters]);
    }
    return { seconds: (performance.now() - startedAt) / 1000, cpu: (await processSeconds(server.pid)) - before };
  } finally {
    await server.query('DROP DATABASE bench_load');
    await server.settle();
  }
}

/**
 * As the proof of a restore does, by the engine's own row stream.
 *
 * @param {BenchServer} server
 * @param {string} database
 */
async function readBack(server, database) {
  const {
    SchemaReader,
    ServerConnection,
    TableFilter,
    WHOLE_DATABASES,
    readRows,
    selectRows,
    tableEncoder,
    WHOLE_TABLE,
  } = await engineParts();
  const { port, user, password } = server.server;
  const connection = await ServerConnection.open({ host: '127.0.0.1', port, user, password }, database);
  const filter = new TableFilter({ ...WHOLE_DATABASES, include: [TABLE] }, 'exact');
  const { tables } = await new SchemaReader(connection, filter, (error) => {
    throw error;
  }).read(database);
  const [table] = tables;
  const hash = createHash('sha256');
  const shape = { ...table, statementBytes: STORED_STATEMENT_BYTES };
  const encoder = tableEncoder(shape, (statement) => hash.update(statement));
  const before = await processSeconds(server.pid);
  const startedAt = performance.now();
  const select = selectRows(shape, WHOLE_TABLE);
  await readRows(connection, { shape, select, encoder, onRow: encoder.row.bind(encoder) });
  encoder.finishStatement();
  hash.digest();
  const seconds = (performance.now() - startedAt) / 1000;
  await connection.end();
  return { seconds, cpu: (await processSeconds(server.pid)) - before };
}

/**
 * One session's share.
 *
 * @param {BenchServer} server
 * @param {Iterable<readonly Buffer[]>} queue shared with other sessions
 * @param {Choices} choices
 */
async function loadParts(server, queue, { uniqueChecks, transaction, by }) {
  const connection = await createConnection({ uri: server.url('bench_load'), flags: ['+LOCAL_FILES'] });
  try {
    await connection.query(`SET SESSION foreign_key_checks=0, unique_checks=${uniqueChecks}`);
    for (const statements of queue) {
      if (transaction === 'part') await connection.query('START TRANSACTION');
      for (const bytes of statements) {
        await (by === 'INSERT'
          ? connection.query(bytes.toString('latin1'))
          : connection.query({
              sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${TABLE}`,
              infileStreamFactory: () => Readable.from([bytes]),
            }));
      }
      await connection.query('COMMIT');
    }
  } finally {
    await connection.end();
  }
}

/**
 * @param {readonly string[][]} rows whose values hold nothing to escape
 * @param {number} statementBytes
 */
function insertStatements(rows, statementBytes) {
  const statements = [];
  let lines = [];
  let length = 0;
  for (const row of rows) {
    const line = `(${row.map((value) => (/^-?[\d.]+(?:e[+-]?\d+)?$/.test(value) ? value : `'${value}'`)).join(',')})`;
    lines.push(line);
    length += line.length;
    if (length > statementBytes) {
      statements.push(lines);
      lines = [];
      length = 0;
    }
  }
  if (lines.length > 0) statements.push(lines);
  return statements.map((own) => Buffer.from(`INSERT INTO ${TABLE} VALUES\n${own.join(',\n')}`));
}

/** @param {readonly string[][]} rows */
function tabSeparated(rows) {
  return Buffer.from(rows.map((row) => `${row.join('\t')}\n`).join(''));
}
