import type { UnshownColumn } from '../../backup-set/manifest.js';
import { quoteName, quoteText } from '../sql.js';
import { isWord, nameOf, spanOf, tokenize, type Token } from './ddl-tokenizer.js';
import { applyEdits, type Edit } from './edits.js';

/** A key or foreign key of a CREATE TABLE statement. */
export interface KeyClause {
  readonly kind: 'key' | 'foreign key';
  /** As it stands in the statement, and as ALTER TABLE ... ADD takes it. */
  readonly text: string;
  /** The first column of a key; null for an expression. */
  readonly firstColumn: string | null;
  readonly name: string | null;
  /** Whether the optimizer may not use the key. */
  readonly isHidden: boolean;
  /** What a foreign key refers to; the database only where the statement names it. */
  readonly references: { readonly database: string | null; readonly table: string } | null;
  readonly start: number;
  readonly end: number;
}

/** The secondary keys and foreign keys of a CREATE TABLE statement as the server shows it. */
export function keyClauses(ddl: string): KeyClause[] {
  const tokens = tokenize(ddl);
  return definitions(tokens).flatMap((definition) => {
    const clause = keyClause(ddl, definition);
    return clause === null ? [] : [clause];
  });
}

/** The statement without some of its clauses. */
export function withoutClauses(ddl: string, clauses: readonly KeyClause[]): string {
  return applyEdits(
    ddl,
    clauses.map((clause) => removal(ddl, clause)),
  );
}

/** `ALTER TABLE` that puts clauses back. */
export function addClauses(table: string, clauses: readonly KeyClause[]): string {
  return `ALTER TABLE ${quoteName(table)} ${clauses.map((clause) => `ADD ${clause.text}`).join(', ')}`;
}

/** Whether a table is divided into partitions; MySQL says so in a version comment. */
export function isPartitioned(ddl: string): boolean {
  return tokenize(ddl).some(({ kind, text, depth }) => depth === 0 && PARTITION[kind]?.test(text) === true);
}

/** The definitions of columns that name something in one of some databases, as a default from a sequence does. */
export function columnsNaming(ddl: string, databases: ReadonlySet<string>): string[] {
  return columnDefinitions(ddl)
    .filter(([, ...rest]) =>
      rest.some(
        (token, index) => token.kind === 'name' && databases.has(nameOf(token)) && rest.at(index + 1)?.text === '.',
      ),
    )
    .map((definition) => ddl.slice(definition[0].start, definition[definition.length - 1].end));
}

export function modifyColumn(table: string, definition: string): string {
  return `ALTER TABLE ${quoteName(table)} MODIFY COLUMN ${definition}`;
}

/** A table's statement with what the server does not show, or shows wrongly. */
export function completeDdl(ddl: string, unshown: readonly UnshownColumn[] = []): string {
  const columns = new Map(unshown.map((column) => [column.name, column]));
  const edits = columnDefinitions(ddl).flatMap(([name, ...rest]) => {
    const column = columns.get(nameOf(name));
    return column === undefined ? [] : corrections(column, rest);
  });
  return applyEdits(ddl, edits);
}

function corrections(column: UnshownColumn, [type, ...rest]: readonly Token[]): Edit[] {
  const close = rest.findIndex((token) => token.text === ')' && token.depth === 1);
  const members = rest.slice(0, close).filter((token) => token.kind === 'string');
  const value = rest.find((token, index) => token.kind === 'string' && rest.at(index - 1)?.text === 'DEFAULT');
  const { referenceSystem, members: trueMembers = [], default: trueDefault } = column;
  return [
    ...(referenceSystem === undefined
      ? []
      : [{ start: type.end, end: type.end, text: ` REF_SYSTEM_ID=${String(referenceSystem)}` }]),
    ...trueMembers.map((member, index) => ({ ...spanOf([members[index]]), text: quoteText(member) })),
    ...(trueDefault === undefined || value === undefined ? [] : [{ ...spanOf([value]), text: quoteText(trueDefault) }]),
  ];
}

/** The name of the AUTO_INCREMENT column: its key cannot be put off. */
export function autoIncrementColumn(ddl: string): string | null {
  const definition = columnDefinitions(ddl).find((tokens) => tokens.some((token) => isWord(token, 'AUTO_INCREMENT')));
  return definition === undefined ? null : nameOf(definition[0]);
}

/** The statement with another AUTO_INCREMENT among its table options, where the server has it; null or 1: with none. */
export function withNextNumber(ddl: string, value: string | null): string {
  const tokens = tokenize(ddl);
  const options = tokens.slice(tokens.findIndex((token) => token.text === ')' && token.depth === 0));
  const wordAt = (text: string): number => options.findIndex((token) => token.kind === 'word' && token.text === text);
  const old = wordAt('AUTO_INCREMENT');
  const engine = wordAt('ENGINE');
  const option = value === null || value === '1' ? '' : ` AUTO_INCREMENT=${value}`;
  // each option is a word, an equals sign and a value
  const bare = old === -1 ? ddl : ddl.slice(0, options[old - 1].end) + ddl.slice(options[old + 2].end);
  const end = options[engine + 2].end;
  return bare.slice(0, end) + option + bare.slice(end);
}

export function hasPrimaryKey(ddl: string): boolean {
  return definitions(tokenize(ddl)).some(([first]) => isWord(first, 'PRIMARY'));
}

/** The statement without the next AUTO_INCREMENT value, which the server works out from the rows. */
export function withoutCounter(ddl: string): string {
  const tokens = tokenize(ddl);
  const at = tokens.findIndex(
    (token, index) => token.depth === 0 && isWord(token, 'AUTO_INCREMENT') && tokens.at(index + 1)?.text === '=',
  );
  return at === -1 ? ddl : ddl.slice(0, tokens[at].start).trimEnd() + ddl.slice(tokens[at + 2].end);
}

/**
 * Whether expressions of a table may compare texts of different character sets. MySQL shows their literals as they were given,
 * and converted after the first ALTER TABLE: `_utf8mb4'x'` becomes `_latin1'x'`.
 */
export function convertsLiterals(ddl: string): boolean {
  const words = tokenize(ddl).flatMap(({ kind, text }) => (kind === 'word' ? [text] : []));
  const sets = words.filter((_, index) => words[index - 1] === 'CHARSET' || words[index - 1] === 'SET');
  return words.some((word) => word.startsWith('_')) && sets.some((set) => set !== 'utf8mb4');
}

/** The definitions of columns, each from its name on. */
export function columnDefinitions(ddl: string): Token[][] {
  return definitions(tokenize(ddl)).filter(([first]) => first.kind === 'name');
}

/** The comma-separated definitions between the outer parentheses. */
export function definitions(tokens: readonly Token[]): Token[][] {
  const open = tokens.findIndex((token) => token.text === '(' && token.depth === 0);
  const close = tokens.findIndex((token) => token.text === ')' && token.depth === 0);
  const parts: Token[][] = [[]];
  for (const token of tokens.slice(open + 1, close)) {
    if (token.text === ',' && token.kind === 'punctuation' && token.depth === 1) {
      parts.push([]);
    } else {
      parts.at(-1)?.push(token);
    }
  }
  return parts.filter((part) => part.length > 0);
}

function keyClause(ddl: string, tokens: readonly Token[]): KeyClause | null {
  const words = tokens.slice(0, 4).map((token) => (token.kind === 'word' ? token.text.toUpperCase() : ''));
  const [first] = words;
  const isForeign = first === 'FOREIGN' || (first === 'CONSTRAINT' && words[2] === 'FOREIGN');
  const isKey = first === 'KEY' || (['UNIQUE', 'FULLTEXT', 'SPATIAL'].includes(first) && words[1] === 'KEY');
  if (!isForeign && !isKey) {
    return null;
  }
  const { start, end } = spanOf(tokens);
  const names = tokens.filter((token) => token.kind === 'name');
  const open = tokens.findIndex((token) => token.text === '(');
  const firstPart = tokens.at(open + 1);
  return {
    kind: isForeign ? 'foreign key' : 'key',
    text: ddl.slice(start, end),
    firstColumn: firstPart?.kind === 'name' ? nameOf(firstPart) : null,
    name: names.length > 0 && names[0].depth === 1 ? nameOf(names[0]) : null,
    isHidden: tokens.some((token) => HIDDEN.has(token.text.toUpperCase())),
    references: isForeign ? reference(tokens) : null,
    start,
    end,
  };
}

const PARTITION: Readonly<Partial<Record<Token['kind'], RegExp>>> = {
  word: /^PARTITION$/,
  comment: /^\/\*!\d+ PARTITION BY /,
};

/** MariaDB's word, and MySQL's in a version comment. */
const HIDDEN: ReadonlySet<string> = new Set(['IGNORED', '/*!80000 INVISIBLE */']);

function reference(tokens: readonly Token[]): KeyClause['references'] {
  const at = tokens.findIndex((token) => isWord(token, 'REFERENCES'));
  const [first, dot, second] = tokens.slice(at + 1);
  return dot.text === '.'
    ? { database: nameOf(first), table: nameOf(second) }
    : { database: null, table: nameOf(first) };
}

/** Takes a key or check out of a statement with the comma before it: it never comes first. */
export function removal(ddl: string, { start, end }: Pick<Edit, 'start' | 'end'>): Edit {
  return { start: ddl.lastIndexOf(',', start), end, text: '' };
}
