import { quoteName } from './fidelity-session.js';

/** Names that the server takes and careless writers of SQL, file names or scripts do not. */
export const ODD_NAMES: readonly string[] = [
  "it's",
  'double "quoted"',
  'back`tick``s`',
  'line\nfeed',
  'line;\nand\n(more',
  'tab\there',
  '*/ end of comment /*',
  '-- no comment',
  '# no comment',
  'dot.ted.name',
  '100%',
  '%s',
  'a b  c',
  'semi;colon',
  '${dollar}',
  '$1 $& $$',
  'back\\slash\\n',
  '../up',
  'a/b',
  '?',
  ':name',
  '@x',
  'x'.repeat(64),
  `${'x'.repeat(63)}y`,
  'zażółć gęślą jaźń',
  '日本語',
  'select',
  'schema',
  'schema-after',
  'table.0001',
  'Case',
  'case',
  'CASE',
  'delimiter',
  '1e5',
  '123',
  'null',
  ' leading',
  '-D',
];

/** A table for each odd name, whose columns, keys and constraints have odd names too. */
export function oddlyNamedTables(names = ODD_NAMES): string[] {
  return [...names.flatMap(oddlyNamedTable), ...oddlyNamedColumns(), ...backslashes()];
}

/** A view for each odd name, `v ` before it. */
export function oddlyNamedViews(names = ODD_NAMES): string[] {
  return names.map((name) => {
    const column = quoteName(`c${name}`.slice(0, 64));
    return `CREATE VIEW ${viewName(name)} AS SELECT ${column}, id AS ${quoteName(name)} FROM ${quoteName(name)}`;
  });
}

function viewName(name: string): string {
  return quoteName(name.length > 62 ? `v${name.slice(1)}` : `v ${name}`);
}

function oddlyNamedTable(name: string): string[] {
  const column = quoteName(`c${name}`.slice(0, 64));
  const key = quoteName(`k${name}`.slice(0, 64));
  return [
    `CREATE TABLE ${quoteName(name)} (id int, ${column} varchar(70), KEY ${key} (${column}), CONSTRAINT ${key} CHECK (${column} <> 'x'), PRIMARY KEY (id))`,
    `INSERT INTO ${quoteName(name)} VALUES (1, 'row;\\n(of'), (2, NULL)`,
  ];
}

function oddlyNamedColumns(): string[] {
  // columns whose names differ only in case are one and the same
  const names = ODD_NAMES.filter((name) => !['Case', 'CASE'].includes(name)).concat('from', 'order', 'c;\n(');
  const columns = names.map((name) => `${quoteName(name)} int DEFAULT 1`);
  return [
    `CREATE TABLE odd_columns (${columns.join(', ')}, PRIMARY KEY (${quoteName("it's")}, ${quoteName('from')}, ${quoteName('c;\n(')}))`,
    `INSERT INTO odd_columns (${quoteName("it's")}) VALUES (1), (2)`,
  ];
}

/** Names with a backslash before the quote. */
function backslashes(): string[] {
  return ['CREATE TABLE `end\\\\` (`a\\\\` int, `\\\\``` int)', 'INSERT INTO `end\\\\` VALUES (1, 2)'];
}
