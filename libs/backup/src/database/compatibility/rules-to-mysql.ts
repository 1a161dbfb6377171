import { attributeOf, typeName, type ColumnAttribute, type ColumnDefinition } from '../ddl/column-definition.js';
import { isWord, nameOf, spanOf, type Token } from '../ddl/ddl-tokenizer.js';
import { applyEdits, type Edit } from '../ddl/edits.js';
import { tableParts, type TableParts } from '../ddl/table-parts.js';
import { NONE, type Loss } from './incompatibility.js';
import { withoutOptions } from './storage-options.js';
import type { TableRule } from './table-rule.js';

/**
 * MariaDB's JSON is another name of LONGTEXT with a check. MySQL's is a type of its own, whose values keep what they say
 * and lose how it was written. A column that is part of a key stays text: MySQL has no keys over JSON.
 *
 * @see https://mariadb.com/kb/en/json-data-type/
 */
const json: TableRule = (ddl) => {
  const parts = tableParts(ddl);
  const indexed = new Set(
    parts.constraints.flatMap((tokens) => tokens.filter(({ kind }) => kind === 'name').map(nameOf)),
  );
  const edits = parts.columns
    .filter((column) => isJsonAlias(column) && !indexed.has(column.name))
    .flatMap((column): Edit[] => [
      { ...spanOf(column.type), text: 'json' },
      ...column.attributes
        .filter(({ keyword }) => ['CHARACTER', 'COLLATE', 'CHECK'].includes(keyword))
        .map(({ tokens }) => ({ ...spanOf(tokens), text: '' })),
    ]);
  return { ddl: applyEdits(ddl, edits), losses: [] };
};

/** MySQL wants defaults that are expressions, and all of texts, in parentheses. */
const defaults: TableRule = (ddl) => {
  const edits = tableParts(ddl).columns.flatMap((column): Edit[] => {
    const value = attributeOf(column, 'DEFAULT')?.value ?? [];
    if (value.length === 0 || isWord(value[0], 'NULL') || isNow(value) || isInParentheses(value)) {
      return [];
    }
    const isLiteral = value.every(({ kind, text }) => kind !== 'name' && text !== '(');
    const { start, end } = spanOf(value);
    return isLiteral && !WITHOUT_LITERALS.has(typeName(column))
      ? []
      : [
          { start, end: start, text: '(' },
          { start: end, end, text: ')' },
        ];
  });
  return { ddl: applyEdits(ddl, edits), losses: [] };
};

/** In MySQL the names of checks are unique in a database, and MariaDB gives the same ones to each table's. */
const checkNames: TableRule = (ddl, { repeatedChecks }) => {
  const edits = checkConstraints(tableParts(ddl))
    .filter(([, name]) => repeatedChecks.has(nameOf(name).toLowerCase()))
    .map(([word, name]) => ({ start: word.start, end: name.end, text: '' }));
  return { ddl: applyEdits(ddl, edits), losses: [] };
};

/** MariaDB's word for keys that the optimizer passes over. */
const ignoredKeys: TableRule = (ddl) => {
  const edits = tableParts(ddl)
    .constraints.flat()
    .filter((token) => token.depth === 1 && isWord(token, 'IGNORED'))
    .map(({ start, end }) => ({ start, end, text: 'INVISIBLE' }));
  return { ddl: applyEdits(ddl, edits), losses: [] };
};

/** A default that takes the next number of a sequence. */
const sequences: TableRule = (ddl) => ({
  ddl,
  losses: tableParts(ddl)
    .columns.filter((column) => (attributeOf(column, 'DEFAULT')?.value ?? []).some((token) => isWord(token, 'NEXTVAL')))
    .map(({ name }) => ({ reason: `column ${name}: default from a sequence`, remedy: NONE })),
});

const types: TableRule = (ddl) => ({
  ddl,
  losses: tableParts(ddl).columns.flatMap((column): Loss[] => {
    const type = typeName(column);
    if (UNKNOWN_TYPES.has(type)) {
      return [{ reason: `column ${column.name}: type ${type}`, remedy: NONE }];
    }
    const scale = Number(column.type.at(4)?.text ?? 0);
    return type === 'decimal' && scale > MOST_DECIMALS
      ? [
          {
            reason: `column ${column.name}: ${String(scale)} decimals, of which MySQL has at most ${String(MOST_DECIMALS)}`,
            remedy: NONE,
          },
        ]
      : [];
  }),
});

/** Rows that are kept with their history or for periods, and unique keys over whole texts. */
const tableFeatures: TableRule = (ddl) => {
  const { columns, constraints, options, partitions } = tableParts(ddl);
  const losses: Loss[] = [];
  const has = (condition: boolean, reason: string): void => {
    if (condition) {
      losses.push({ reason, remedy: NONE });
    }
  };
  has(
    options.some(({ name }) => name.endsWith('WITH SYSTEM VERSIONING')) ||
      columns.some((column) => attributeOf(column, 'WITH') !== undefined),
    'system versioning',
  );
  has(
    constraints.some(([first]) => isWord(first, 'PERIOD')),
    'a period',
  );
  const engine = options.find(({ name }) => name === 'ENGINE')?.value[0]?.text ?? '';
  has(partitions.length > 0 && engine !== 'InnoDB', `partitions in the engine ${engine}`);
  for (const tokens of constraints) {
    const isLongUnique =
      isWord(tokens[0], 'UNIQUE') && engine === 'InnoDB' && tokens.some((token) => isWord(token, 'HASH'));
    has(isLongUnique, `unique key ${nameAt(tokens)}: over whole texts`);
  }
  return { ddl, losses };
};

const storage: TableRule = (ddl) => {
  const ruled = withoutOptions(ddl, STORAGE_OPTIONS);
  const compressed = tableParts(ruled.ddl).columns.flatMap((column) => {
    const attribute = attributeOf(column, 'COMPRESSED');
    return attribute === undefined ? [] : [{ column, attribute }];
  });
  return {
    ddl: applyEdits(
      ruled.ddl,
      compressed.map(({ attribute }) => ({ ...spanOf(attribute.tokens), text: '' })),
    ),
    losses: [
      ...ruled.losses,
      ...compressed.map(({ column }) => ({
        reason: `column ${column.name}: its compression`,
        remedy: { kind: 'skip' } as const,
      })),
    ],
  };
};

/** What MariaDB has and MySQL writes otherwise, or has not. Version comments must be spelled out. */
export const RULES_TO_MYSQL: readonly TableRule[] = [
  types,
  sequences,
  tableFeatures,
  storage,
  json,
  defaults,
  checkNames,
  ignoredKeys,
];

/** The names of a table's checks, in small letters. */
export function checkConstraintNames(ddl: string): string[] {
  return checkConstraints(tableParts(ddl)).map(([, name]) => nameOf(name).toLowerCase());
}

const UNKNOWN_TYPES: ReadonlySet<string> = new Set(['uuid', 'inet4', 'inet6', 'xmltype']);
const WITHOUT_LITERALS: ReadonlySet<string> = new Set([
  ...['tinytext', 'text', 'mediumtext', 'longtext', 'tinyblob', 'blob', 'mediumblob', 'longblob', 'json'],
  ...['geometry', 'point', 'linestring', 'polygon', 'multipoint', 'multilinestring', 'multipolygon'],
  ...['geometrycollection', 'vector'],
]);
const STORAGE_OPTIONS: ReadonlySet<string> = new Set([
  ...['PAGE_COMPRESSED', 'PAGE_COMPRESSION_LEVEL', 'ENCRYPTED', 'ENCRYPTION_KEY_ID', 'PAGE_CHECKSUM', 'TRANSACTIONAL'],
]);
const MOST_DECIMALS = 30;

function isJsonAlias(column: ColumnDefinition): boolean {
  const check = attributeOf(column, 'CHECK')?.value ?? [];
  return (
    typeName(column) === 'longtext' &&
    isWord(attributeOf(column, 'COLLATE')?.value[0], 'UTF8MB4_BIN') &&
    isWord(check.at(1), 'JSON_VALID') &&
    check.length === 6 &&
    check[3].kind === 'name' &&
    nameOf(check[3]) === column.name
  );
}

/** `current_timestamp(3)`, which MySQL knows without parentheses. */
function isNow(value: ColumnAttribute['value']): boolean {
  return isWord(value[0], 'CURRENT_TIMESTAMP') && value.length <= 4;
}

function isInParentheses(value: ColumnAttribute['value']): boolean {
  const [open] = value;
  return (
    open.text === '(' && value.findIndex(({ text, depth }) => text === ')' && depth === open.depth) === value.length - 1
  );
}

/** `CONSTRAINT` and the name of each named check. */
function checkConstraints(parts: TableParts): [Token, Token][] {
  return parts.constraints.flatMap((tokens): [Token, Token][] =>
    isWord(tokens[0], 'CONSTRAINT') && tokens[1].kind === 'name' && isWord(tokens.at(2), 'CHECK')
      ? [[tokens[0], tokens[1]]]
      : [],
  );
}

function nameAt(tokens: readonly Token[]): string {
  const name = tokens.find(({ kind }) => kind === 'name');
  return name === undefined ? '' : nameOf(name);
}
