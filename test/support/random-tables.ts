import type { SeededRandom } from '../../apps/host/src/demo/seeded-random.js';
import { ODD_NAMES } from './fidelity-names.js';
import { quoteName, quoteText } from './fidelity-session.js';
import { randomType, type RandomDialect, type RandomType } from './random-columns.js';
import { randomText } from './random-values.js';

/** A table and what fills it. */
export interface RandomTable {
  readonly name: string;
  readonly create: string;
  readonly inserts: readonly string[];
  /** Of a column that others can refer to, with its type; null where there is none. */
  readonly parentColumn: { readonly name: string; readonly sql: string } | null;
}

interface RandomColumn extends RandomType {
  readonly name: string;
}

const ROWS_IN_STATEMENT = 25;

/** A table with columns, keys, constraints, partitions and options of any kind. The server may refuse some mixtures. */
export function randomTable(
  random: SeededRandom,
  dialect: RandomDialect,
  name: string,
  parents: readonly RandomTable[],
): RandomTable {
  const columns = randomColumns(random, dialect);
  const key = randomPrimaryKey(random, dialect, columns);
  const partitions = random.chance(0.15) ? randomPartitions(random, key.columns) : '';
  const clauses = [
    ...columns.map((column) => columnDefinition(random, dialect, column, key.counter)),
    ...generatedColumns(random, dialect, columns),
    ...key.clauses,
    ...secondaryKeys(random, dialect, columns),
    ...checks(random, dialect, columns),
    ...(partitions === '' ? foreignKeys(random, columns, parents) : []),
  ];
  const isVersioned = dialect.flavour === 'mariadb' && partitions === '' && random.chance(0.15);
  const options = tableOptions(random, dialect, partitions !== '', key.counter !== null);
  return {
    name,
    create: `CREATE TABLE ${quoteName(name)} (${clauses.join(', ')})${options}${isVersioned ? ' WITH SYSTEM VERSIONING' : ''}${partitions}`,
    inserts: [
      ...randomRows(random, name, columns),
      ...largeRows(random, name, columns),
      ...(isVersioned ? changes(random, name, columns) : []),
    ],
    parentColumn: key.columns.length === 1 ? { name: key.columns[0].name, sql: key.columns[0].sql } : null,
  };
}

/** Statements that add rows; those that the table does not take are left out by the server. */
export function randomRows(random: SeededRandom, table: string, columns: readonly RandomColumn[]): string[] {
  const count = random.pick([0, 1, 3, 40, 150, 400]);
  const names = columns.map((column) => quoteName(column.name)).join(', ');
  const row = (): string =>
    `(${columns.map((column) => (random.chance(0.08) ? 'NULL' : column.value(random))).join(', ')})`;
  return Array.from({ length: Math.ceil(count / ROWS_IN_STATEMENT) }, (_, index) => {
    const rows = Array.from({ length: Math.min(ROWS_IN_STATEMENT, count - index * ROWS_IN_STATEMENT) }, row);
    return `INSERT IGNORE INTO ${quoteName(table)} (${names}) VALUES ${rows.join(', ')}`;
  });
}

/** Now and then more than 8 MiB, from where on indexes are made after the rows. */
function largeRows(random: SeededRandom, table: string, columns: readonly RandomColumn[]): string[] {
  const large = columns.find(({ sql }) => /^(?:medium|long)(?:text|blob)/.test(sql));
  if (large === undefined || random.chance(0.85)) {
    return [];
  }
  const names = columns.map((column) => quoteName(column.name)).join(', ');
  return Array.from({ length: 10 }, () => {
    const row = columns.map((column) =>
      column === large ? `REPEAT('${random.bytes(3).toString('hex')};\\n', 125000)` : column.value(random),
    );
    return `INSERT IGNORE INTO ${quoteName(table)} (${names}) VALUES (${row.join(', ')})`;
  });
}

/** What gives a system-versioned table a history. */
function changes(random: SeededRandom, table: string, columns: readonly RandomColumn[]): string[] {
  return Array.from({ length: random.integer(0, 6) }, () => {
    const { name, value } = random.pick(columns);
    const limit = ` LIMIT ${random.integer(1, 40)}`;
    return random.chance(0.3)
      ? `DELETE FROM ${quoteName(table)}${limit}`
      : `UPDATE IGNORE ${quoteName(table)} SET ${quoteName(name)} = ${value(random)}${limit}`;
  });
}

/** A name that a careless writer of SQL stumbles over, or a plain one. */
export function randomName(random: SeededRandom, plain: string): string {
  return random.chance(0.25) ? `${plain}${random.pick(ODD_NAMES)}`.slice(0, 60).trimEnd() : plain;
}

function randomColumns(random: SeededRandom, dialect: RandomDialect): RandomColumn[] {
  return Array.from({ length: random.integer(1, 12) }, (_, index) => ({
    name: randomName(random, `c${index}`),
    ...randomType(random, dialect),
  }));
}

function columnDefinition(
  random: SeededRandom,
  dialect: RandomDialect,
  { name, sql, family, value }: RandomColumn,
  counter: string | null,
): string {
  const isCounter = name === counter;
  const hasDefault = !isCounter && ['number', 'text', 'time', 'address'].includes(family) && random.chance(0.3);
  const isOpen = dialect.flavour === 'mysql' && sql.includes('text');
  const literal = hasDefault ? value(random) : '';
  const invisible = dialect.flavour === 'mariadb' ? ' INVISIBLE DEFAULT NULL' : ' INVISIBLE';
  return [
    `${quoteName(name)} ${sql}`,
    ...(isCounter ? ['NOT NULL AUTO_INCREMENT'] : []),
    ...(hasDefault ? [`DEFAULT ${isOpen ? `(${literal})` : literal}`] : []),
    ...(!isCounter && !hasDefault && random.chance(0.05) ? [invisible.trim()] : []),
    ...(random.chance(0.15) ? [`COMMENT ${quoteText(comment(random))}`] : []),
  ].join(' ');
}

/** Names, comments and expressions hold nothing beyond the Basic Multilingual Plane. */
function comment(random: SeededRandom): string {
  return basic(randomText(random)).slice(0, 200);
}

function basic(text: string): string {
  return text.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '¤');
}

function randomPrimaryKey(
  random: SeededRandom,
  dialect: RandomDialect,
  columns: readonly RandomColumn[],
): { columns: readonly RandomColumn[]; clauses: readonly string[]; counter: string | null } {
  const kind = random.pick(['none', 'counter', 'whole', 'whole', 'whole', 'unique', 'prefix']);
  if (kind === 'none') {
    return { columns: [], clauses: [], counter: null };
  }
  const counter = columns.find((column) => column.family === 'number' && integerType.test(column.sql));
  if (kind === 'counter' && counter !== undefined) {
    const others = columns.filter((column) => column !== counter && column.key === 'whole');
    const key = [counter, ...others.slice(0, random.chance(0.3) ? 1 : 0)];
    return { columns: key, clauses: [`PRIMARY KEY (${keyParts(random, dialect, key)})`], counter: counter.name };
  }
  const fitting = columns.filter((column) => column.key === 'whole' || (kind === 'prefix' && column.key === 'prefix'));
  const first = fitting.slice(0, random.integer(1, 3));
  const chosen = random.chance(0.5) ? first : first.toReversed();
  if (chosen.length === 0) {
    return { columns: [], clauses: [], counter: null };
  }
  const clause = kind === 'unique' ? `UNIQUE KEY ${quoteName(randomName(random, 'u'))}` : 'PRIMARY KEY';
  return { columns: chosen, clauses: [`${clause} (${keyParts(random, dialect, chosen)})`], counter: null };
}

const integerType = /^(?:tiny|small|medium|big)?int/;

function keyParts(random: SeededRandom, dialect: RandomDialect, columns: readonly RandomColumn[]): string {
  return columns
    .map((column) => {
      const prefix = column.key === 'prefix' ? `(${random.integer(1, 20)})` : '';
      const canPart = column.key === 'whole' && /char|binary/.test(column.sql) && random.chance(0.1);
      const direction = random.chance(0.15) ? ' DESC' : '';
      return `${quoteName(column.name)}${canPart ? '(1)' : prefix}${direction}`;
    })
    .join(', ');
}

function secondaryKeys(random: SeededRandom, dialect: RandomDialect, columns: readonly RandomColumn[]): string[] {
  return Array.from({ length: random.integer(0, 3) }, (_, index) => {
    const able = columns.filter((column) => column.key !== 'none' && column.keyBytes < 1000);
    if (able.length === 0) {
      return [];
    }
    const start = random.integer(0, able.length - 1);
    const chosen = able.slice(start, start + random.integer(1, 2));
    const isText = chosen.every((column) => column.family === 'text');
    const kind = isText && random.chance(0.2) ? 'FULLTEXT KEY' : random.pick(['KEY', 'KEY', 'UNIQUE KEY']);
    if (dialect.flavour === 'mysql' && random.chance(0.2)) {
      return [expressionKey(random, `k${index}`, chosen[0])];
    }
    const hidden = dialect.flavour === 'mariadb' ? ' IGNORED' : ' INVISIBLE';
    const parts =
      kind === 'FULLTEXT KEY'
        ? chosen.map(({ name }) => quoteName(name)).join(', ')
        : keyParts(random, dialect, chosen);
    return [
      `${kind} ${quoteName(randomName(random, `k${index}`))} (${parts})${random.chance(0.1) ? ` COMMENT ${quoteText(comment(random))}` : ''}${random.chance(0.1) ? hidden : ''}`,
    ];
  }).flat();
}

function expressionKey(random: SeededRandom, plain: string, { name, family }: RandomColumn): string {
  const column = quoteName(name);
  const expression = family === 'text' || family === 'members' ? `LEFT(${column}, 5)` : `${column} IS NULL`;
  return `KEY ${quoteName(randomName(random, plain))} ((${expression})${random.chance(0.3) ? ' DESC' : ''})`;
}

function generatedColumns(random: SeededRandom, dialect: RandomDialect, columns: readonly RandomColumn[]): string[] {
  return columns
    .filter(() => random.chance(0.12))
    .map((column, index) => {
      const name = quoteName(column.name);
      const expressions: Readonly<Partial<Record<RandomType['family'], readonly string[]>>> = {
        number: [`${name} IS NULL`, `${name} = 0`],
        text: [`LEFT(${name}, 2)`, `MD5(${name})`, `CONCAT(${name}, ${expressionText(random, dialect)})`],
        bytes: [`HEX(${name})`, `LENGTH(${name})`],
        time: [`${name} IS NULL`],
        document: [`JSON_LENGTH(${name})`, `JSON_TYPE(${name})`],
      };
      const expression = random.pick(expressions[column.family] ?? [`${name} IS NULL`]);
      const type = /LEFT|MD5|CONCAT|HEX|TYPE/.test(expression) ? 'text' : 'int';
      return `${quoteName(`g${index}`)} ${type} AS (${expression}) ${random.pick(['VIRTUAL', 'STORED'])}`;
    });
}

function checks(random: SeededRandom, dialect: RandomDialect, columns: readonly RandomColumn[]): string[] {
  return columns
    .filter((column) => column.family === 'text' && random.chance(0.1))
    .map(
      (column) =>
        `CHECK (${quoteName(column.name)} <> ${expressionText(random, dialect)} OR ${quoteName(column.name)} IS NULL)${dialect.flavour === 'mysql' && random.chance(0.3) ? ' NOT ENFORCED' : ''}`,
    );
}

/** A literal for an expression: MariaDB's tables cannot be used with letters beyond the Basic Multilingual Plane there. */
function expressionText(random: SeededRandom, { flavour }: RandomDialect): string {
  if (flavour === 'mariadb') {
    return quoteText(comment(random).slice(0, 10));
  }
  const text = Array.from(randomText(random)).slice(0, 10).join('');
  return random.pick([quoteText(text), quoteText(text), "_latin1 x'e9275c'", "_sjis x'955c'", "_utf16 x'd83dde00'"]);
}

function foreignKeys(
  random: SeededRandom,
  columns: readonly RandomColumn[],
  parents: readonly RandomTable[],
): string[] {
  return parents.flatMap(({ name, parentColumn }) => {
    const own = columns.find((column) => column.sql === parentColumn?.sql);
    if (own === undefined || parentColumn === null || random.chance(0.3)) {
      return [];
    }
    const action = random.pick([
      '',
      ' ON DELETE CASCADE',
      ' ON UPDATE CASCADE',
      ' ON DELETE SET NULL',
      ' ON DELETE RESTRICT',
    ]);
    return [
      `FOREIGN KEY (${quoteName(own.name)}) REFERENCES ${quoteName(name)} (${quoteName(parentColumn.name)})${action}`,
    ];
  });
}

function randomPartitions(random: SeededRandom, key: readonly RandomColumn[]): string {
  const column = key.at(0);
  if (column === undefined) {
    return '';
  }
  const name = quoteName(column.name);
  const isInteger = integerType.test(column.sql);
  return random.pick([
    ` PARTITION BY KEY (${name}) PARTITIONS ${random.integer(1, 5)}`,
    isInteger ? ` PARTITION BY HASH (${name}) PARTITIONS ${random.integer(1, 5)}` : '',
    isInteger
      ? ` PARTITION BY RANGE (${name}) (PARTITION \`p;\n0\` VALUES LESS THAN (10) COMMENT 'it''s', PARTITION p1 VALUES LESS THAN (50), PARTITION p2 VALUES LESS THAN MAXVALUE)`
      : '',
  ]);
}

function tableOptions(
  random: SeededRandom,
  dialect: RandomDialect,
  isPartitioned: boolean,
  hasCounter: boolean,
): string {
  const [collation, characterSet] = random.pick(dialect.collations);
  const engine = isPartitioned || random.chance(0.75) ? 'InnoDB' : random.pick(ENGINES[dialect.flavour]);
  const options = [
    ` ENGINE=${engine}`,
    ...(random.chance(0.5) ? [` DEFAULT CHARSET=${characterSet} COLLATE=${collation}`] : []),
    ...(random.chance(0.2) ? [` ROW_FORMAT=${random.pick(['DYNAMIC', 'COMPACT', 'REDUNDANT'])}`] : []),
    ...(random.chance(0.2) ? [` COMMENT=${quoteText(comment(random))}`] : []),
    // MySQL remembers one of a table that counts nothing, and does not show it
    ...(random.chance(0.1) && (hasCounter || dialect.flavour === 'mariadb')
      ? [` AUTO_INCREMENT=${random.integer(1, 100)}`]
      : []),
    ...(random.chance(0.1) ? [' STATS_PERSISTENT=1 STATS_SAMPLE_PAGES=7'] : []),
    ...(random.chance(0.05) && dialect.flavour === 'mariadb' && engine === 'InnoDB' ? [' PAGE_COMPRESSED=1'] : []),
  ];
  return options.join('');
}

const ENGINES: Readonly<Record<RandomDialect['flavour'], readonly string[]>> = {
  mariadb: ['MyISAM', 'Aria', 'MEMORY'],
  mysql: ['MyISAM', 'MEMORY'],
};
