import { attributeOf, typeName, type ColumnDefinition } from './column-definition.js';
import { isWord, nameOf, textOf, type Token } from './ddl-tokenizer.js';
import { tableParts, type TableParts } from './table-parts.js';
import { spellOutVersionComments } from './version-comments.js';

/** The collations that a server takes where a character set is named and no collation. */
export type DefaultCollations = ReadonlyMap<string, string>;

/**
 * What two CREATE TABLE statements differ in, null when they mean the same. Servers write the same table in different
 * words: display widths, defaults in quotes, collations that go without saying, the names of checks. Expressions are
 * compared by the columns and texts they name, since each server has its own way with operators and parentheses.
 */
export function tableDifference(expected: string, actual: string, defaults: DefaultCollations): string | null {
  const [wanted, found] = [expected, actual].map((ddl) => outline(ddl, defaults));
  for (const [part, lines] of wanted) {
    const others = found.get(part) ?? [];
    const missing = lines.find((line) => !others.includes(line));
    const surplus = others.find((line) => !lines.includes(line));
    if (missing !== undefined || surplus !== undefined || lines.length !== others.length) {
      return `${part}: ${surplus ?? 'nothing'} instead of ${missing ?? 'nothing'}`;
    }
  }
  return null;
}

/** A table's parts, each as lines that are the same for the same meaning. The order of columns counts, of keys not. */
function outline(ddl: string, defaults: DefaultCollations): Map<string, readonly string[]> {
  const parts = tableParts(spellOutVersionComments(ddl));
  const settings = textSettings(parts, defaults);
  const constraints = parts.constraints.map((tokens) => constraintLine(tokens));
  return new Map([
    ['columns', parts.columns.map((column, index) => `${String(index)} ${columnLine(column, settings, defaults)}`)],
    ['keys', constraints.filter((line) => !line.startsWith('check'))],
    [
      'checks',
      [
        ...constraints.filter((line) => line.startsWith('check')),
        ...parts.columns.flatMap((column) =>
          column.attributes.filter(({ keyword }) => keyword === 'CHECK').map(({ value }) => `check ${operands(value)}`),
        ),
      ].toSorted(),
    ],
    ['options', optionLines(parts, settings)],
    ['partitions', [partitionLine(parts.partitions)]],
  ]);
}

interface TextSettings {
  readonly characterSet: string;
  readonly collation: string;
}

function textSettings({ options }: TableParts, defaults: DefaultCollations): TextSettings {
  const value = (name: string): string | undefined =>
    options.find((option) => option.name === name)?.value[0]?.text.toLowerCase();
  const characterSet = withoutAlias(value('CHARSET') ?? value('COLLATE')?.split('_')[0] ?? '');
  return { characterSet, collation: withoutAlias(value('COLLATE') ?? defaults.get(characterSet) ?? '') };
}

function columnLine(column: ColumnDefinition, table: TextSettings, defaults: DefaultCollations): string {
  const generated = attributeOf(column, 'GENERATED') ?? attributeOf(column, 'AS');
  const isStored = ['STORED', 'PERSISTENT'].some((keyword) => attributeOf(column, keyword) !== undefined);
  const change = attributeOf(column, 'ON');
  return [
    column.name,
    typeText(column),
    TEXT_TYPES.has(typeName(column)) ? collationOf(column, table, defaults) : '',
    attributeOf(column, 'NOT') === undefined ? '' : 'not null',
    generated === undefined ? '' : `generated ${isStored ? 'stored' : 'virtual'} ${operands(generated.value)}`,
    defaultText(column),
    change === undefined ? '' : `on update ${nowText(change.value) ?? operands(change.value)}`,
    ...['AUTO_INCREMENT', 'INVISIBLE', 'COMMENT', 'SRID'].map((keyword) =>
      attributeText(attributeOf(column, keyword)?.tokens ?? []),
    ),
  ]
    .filter((text) => text !== '')
    .join(' ');
}

/** Whole numbers have no width but where zeros are filled up to it; a year has none. */
function typeText(column: ColumnDefinition): string {
  const words = column.type.map(({ text }) => text.toLowerCase());
  const [name] = words;
  const hasWidth = WHOLE_NUMBERS.has(name) && !words.includes('zerofill');
  const shown = hasWidth || name === 'year' ? words.filter((_, index) => !isWidth(column.type, index)) : words;
  return (shown[0] === 'geomcollection' ? ['geometrycollection', ...shown.slice(1)] : shown).join(' ');
}

function isWidth(type: readonly Token[], index: number): boolean {
  return type.at(1)?.text === '(' && index >= 1 && index <= 3;
}

function collationOf(column: ColumnDefinition, table: TextSettings, defaults: DefaultCollations): string {
  const own = attributeOf(column, 'COLLATE')?.value[0]?.text.toLowerCase();
  const characterSet = attributeOf(column, 'CHARACTER')?.value[0]?.text.toLowerCase();
  const implied = characterSet === undefined ? table.collation : (defaults.get(withoutAlias(characterSet)) ?? '');
  return withoutAlias(own ?? implied);
}

/** `utf8` and its collations are those of utf8mb3. */
function withoutAlias(name: string): string {
  return name === 'utf8' || name.startsWith('utf8_') ? `utf8mb3${name.slice('utf8'.length)}` : name;
}

function defaultText(column: ColumnDefinition): string {
  const value = attributeOf(column, 'DEFAULT')?.value ?? [];
  if (value.length === 0 || isWord(value[0], 'NULL')) {
    return '';
  }
  const now = nowText(value);
  if (now !== null) {
    return `default ${now}`;
  }
  const bare = value.filter(({ text }) => text !== '(' && text !== ')');
  const isLiteral = bare.every(({ kind }) => kind !== 'name') && !bare.some(isFunction);
  return `default ${isLiteral ? bare.map(literalText).join('') : operands(value)}`;
}

/** The time of the change and its precision, with parentheses or without. */
function nowText(value: readonly Token[]): string | null {
  const [first, ...rest] = value.filter(({ text }) => text !== '(' && text !== ')');
  return isWord(first, 'CURRENT_TIMESTAMP') && rest.length <= 1 ? `now ${rest.map(({ text }) => text).join('')}` : null;
}

function isFunction({ kind, text }: Token): boolean {
  return (
    kind === 'word' && /^[a-z][a-z0-9_]*$/i.test(text) && !['b', 'x', 'true', 'false'].includes(text.toLowerCase())
  );
}

/** A literal without quotes and the character set that one server names before it. */
function literalText(token: Token): string {
  if (token.kind === 'string') {
    return textOf(token);
  }
  return token.text.startsWith('_') ? '' : token.text.toLowerCase();
}

function attributeText(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.kind === 'string' ? textOf(token) : token.text.toLowerCase())).join(' ');
}

/** What an expression is about: the columns and texts that it names. */
function operands(tokens: readonly Token[]): string {
  const named = tokens
    .filter(({ kind }) => kind === 'name' || kind === 'string')
    .map((token) => (token.kind === 'name' ? `\`${nameOf(token)}\`` : `'${textOf(token)}'`));
  return `(${[...new Set(named)].toSorted().join(' ')})`;
}

function constraintLine(tokens: readonly Token[]): string {
  const check = tokens.findIndex((token) => isWord(token, 'CHECK'));
  if (check !== -1 && check <= 2) {
    return `check ${operands(tokens.slice(check + 1))}${isLoose(tokens) ? ' not enforced' : ''}`;
  }
  return withoutPhrases(tokens)
    .map((token) => (token.kind === 'name' ? token.text : (SYNONYMS.get(token.text) ?? token.text.toLowerCase())))
    .join(' ');
}

/** Without words that go without saying. */
function withoutPhrases(tokens: readonly Token[]): Token[] {
  const kept: Token[] = [];
  let at = 0;
  while (at < tokens.length) {
    const phrase = UNSAID.find((words) => words.every((word, index) => isWord(tokens[at + index], word)));
    if (phrase === undefined) {
      kept.push(tokens[at]);
    }
    at += phrase?.length ?? 1;
  }
  return kept;
}

function isLoose(tokens: readonly Token[]): boolean {
  return isWord(tokens.at(-2), 'NOT') && isWord(tokens.at(-1), 'ENFORCED');
}

function optionLines({ options }: TableParts, settings: TextSettings): string[] {
  const others = options
    .filter(({ name }) => name !== 'CHARSET' && name !== 'COLLATE')
    .map(({ name, value }) => `${name}=${value.map((token) => literalText(token).toLowerCase()).join('')}`);
  return [`COLLATE=${settings.collation}`, ...others];
}

/** Engines are those of the table, and names are quoted by one server only. */
function partitionLine(tokens: readonly Token[]): string {
  const bare = tokens.filter(
    (token, index) =>
      token.kind !== 'comment' &&
      token.text !== '(' &&
      token.text !== ')' &&
      !isWord(token, 'ENGINE') &&
      !isWord(tokens[index - 1], 'ENGINE') &&
      !isWord(tokens[index - 2], 'ENGINE'),
  );
  return bare.map((token) => (token.kind === 'name' ? nameOf(token) : literalText(token)).toLowerCase()).join(' ');
}

const UNSAID: readonly (readonly string[])[] = [
  ...['DELETE', 'UPDATE'].flatMap((event) => [
    ['ON', event, 'RESTRICT'],
    ['ON', event, 'NO', 'ACTION'],
  ]),
  ['USING', 'BTREE'],
];
/** Both servers' words for keys that the optimizer passes over. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([['IGNORED', 'invisible']]);
const WHOLE_NUMBERS: ReadonlySet<string> = new Set(['tinyint', 'smallint', 'mediumint', 'int', 'bigint']);
const TEXT_TYPES: ReadonlySet<string> = new Set([
  ...['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'enum', 'set'],
]);
