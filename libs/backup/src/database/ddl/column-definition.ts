import { nameOf, type Token } from './ddl-tokenizer.js';

/** What a column is besides its type: `NOT NULL`, `DEFAULT 'x'`, `CHECK (...)`. */
export interface ColumnAttribute {
  /** Its first word, in capitals. */
  readonly keyword: string;
  readonly tokens: readonly Token[];
  /** What follows its words: the default, the comment's text, the expression with its parentheses. */
  readonly value: readonly Token[];
}

/** A column as a CREATE TABLE statement defines it. */
export interface ColumnDefinition {
  readonly name: string;
  /** `int(10) unsigned`. */
  readonly type: readonly Token[];
  readonly attributes: readonly ColumnAttribute[];
}

/** Words that belong to a type. */
const TYPE_WORDS: ReadonlySet<string> = new Set(['UNSIGNED', 'SIGNED', 'ZEROFILL', 'PRECISION', 'VARYING']);

/** How many words start an attribute, and how long its value is. */
const ATTRIBUTES: ReadonlyMap<string, { readonly words: number; readonly value: 'none' | 'one' | 'group' | 'open' }> =
  new Map([
    ['NOT', { words: 2, value: 'none' }],
    ['NULL', { words: 1, value: 'none' }],
    ['DEFAULT', { words: 1, value: 'open' }],
    ['ON', { words: 2, value: 'open' }],
    ['AUTO_INCREMENT', { words: 1, value: 'none' }],
    ['CHARACTER', { words: 2, value: 'one' }],
    ['COLLATE', { words: 1, value: 'one' }],
    ['COMMENT', { words: 1, value: 'one' }],
    ['GENERATED', { words: 3, value: 'group' }],
    ['AS', { words: 1, value: 'group' }],
    ['CHECK', { words: 1, value: 'group' }],
    ['SRID', { words: 1, value: 'one' }],
    ['COLUMN_FORMAT', { words: 1, value: 'one' }],
    ['STORAGE', { words: 1, value: 'one' }],
    ['VIRTUAL', { words: 1, value: 'none' }],
    ['STORED', { words: 1, value: 'none' }],
    ['PERSISTENT', { words: 1, value: 'none' }],
    ['INVISIBLE', { words: 1, value: 'none' }],
    ['COMPRESSED', { words: 1, value: 'none' }],
    ['WITH', { words: 3, value: 'none' }],
    ['WITHOUT', { words: 3, value: 'none' }],
  ]);

/** Takes one of a statement's definitions apart; null when it is no column. */
export function columnDefinition(definition: readonly Token[]): ColumnDefinition | null {
  const [first] = definition;
  if (first.kind !== 'name' || definition.length < 2) {
    return null;
  }
  const afterType = endOfType(definition);
  const attributes: ColumnAttribute[] = [];
  let at = afterType;
  while (at < definition.length) {
    const end = endOfAttribute(definition, at);
    const keyword = definition[at].text.toUpperCase();
    const words = ATTRIBUTES.get(keyword)?.words ?? 1;
    attributes.push({ keyword, tokens: definition.slice(at, end), value: definition.slice(at + words, end) });
    at = end;
  }
  return { name: nameOf(first), type: definition.slice(1, afterType), attributes };
}

export function attributeOf(column: ColumnDefinition, keyword: string): ColumnAttribute | undefined {
  return column.attributes.find((attribute) => attribute.keyword === keyword);
}

/** The first word of a column's type, in small letters. */
export function typeName(column: ColumnDefinition): string {
  return column.type[0].text.toLowerCase();
}

function endOfType(definition: readonly Token[]): number {
  let at = 2;
  if (definition.at(at)?.text === '(') {
    at = endOfGroup(definition, at);
  }
  while (TYPE_WORDS.has(definition.at(at)?.text.toUpperCase() ?? '')) {
    at += 1;
  }
  return at;
}

function endOfAttribute(definition: readonly Token[], start: number): number {
  const form = ATTRIBUTES.get(definition[start].text.toUpperCase()) ?? { words: 1, value: 'none' };
  const value = Math.min(start + form.words, definition.length);
  switch (form.value) {
    case 'none':
      return value;
    case 'one':
      return Math.min(value + 1, definition.length);
    case 'group':
      return endOfGroup(definition, value);
    case 'open':
      return endOfExpression(definition, value);
  }
}

/** The place after the parenthesis that closes the one at `open`. */
function endOfGroup(definition: readonly Token[], open: number): number {
  const depth = definition.at(open)?.depth;
  const close = definition.findIndex((token, index) => index > open && token.text === ')' && token.depth === depth);
  return close === -1 ? definition.length : close + 1;
}

/** An expression of at least one token goes on to the next attribute. */
function endOfExpression(definition: readonly Token[], start: number): number {
  const depth = definition[0].depth;
  const end = definition.findIndex(
    (token, index) =>
      index > start &&
      token.depth === depth &&
      (token.kind === 'word' || token.kind === 'comment') &&
      (token.kind === 'comment' || ATTRIBUTES.has(token.text.toUpperCase())),
  );
  return end === -1 ? definition.length : end;
}
