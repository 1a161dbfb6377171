import { quoteName } from '../sql.js';
import { definitions } from './create-table.js';
import { isWord, nameOf, tokenize } from './ddl-tokenizer.js';
import { applyEdits, type Edit } from './edits.js';

/** A foreign key, without the table that it refers to: that is always shown rightly. */
export interface ForeignKeyNames {
  readonly name: string;
  readonly columns: readonly string[];
  readonly referencedColumns: readonly string[];
}

/** Whether names of foreign keys may be shown with backticks that are not doubled; false: they are not. */
export function mayMisquoteForeignKeys(ddl: string): boolean {
  return count(ddl, / FOREIGN KEY \(/g) !== count(ddl, PLAIN);
}

/**
 * The statement with all names of foreign keys in quotes that can be read. MariaDB 10.11.18, for one, doubles the backticks in
 * all names but those of foreign keys, their columns and the columns that they refer to; 10.11.19 doubles them all.
 *
 * @param keys all foreign keys of the table
 * @returns null when the statement does not show these foreign keys
 */
export function withQuotedForeignKeys(ddl: string, keys: readonly ForeignKeyNames[]): string | null {
  if (showsExactly(ddl, keys)) {
    return ddl;
  }
  const quoted = applyEdits(
    ddl,
    keys.flatMap((key) => quoting(ddl, key)),
  );
  return showsExactly(quoted, keys) ? quoted : null;
}

const NAMES = '`[^`]+`(?:, `[^`]+`)*';
const TABLE = '(?:`(?:[^`]|``)+`\\.)?`(?:[^`]|``)+`';

/** A foreign key in whose names there are no backticks. */
const PLAIN = new RegExp(
  `^ {2}CONSTRAINT \`[^\`]+\` FOREIGN KEY \\(${NAMES}\\) REFERENCES ${TABLE} \\(${NAMES}\\)[^\`\\n]*$`,
  'gm',
);

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function quoting(ddl: string, key: ForeignKeyNames): Edit[] {
  const head = opening(key, misquoted);
  const start = ddl.indexOf(head);
  const table = start === -1 ? null : matchAt(ddl, TABLE, start + head.length);
  if (table === null) {
    return [];
  }
  const end = start + head.length + table.length;
  const tail = list(key.referencedColumns, misquoted);
  return ddl.startsWith(tail, end)
    ? [
        { start, end: start + head.length, text: opening(key, quoteName) },
        { start: end, end: end + tail.length, text: list(key.referencedColumns, quoteName) },
      ]
    : [];
}

function matchAt(text: string, pattern: string, at: number): string | null {
  const sticky = new RegExp(pattern, 'y');
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0] ?? null;
}

type Quote = (name: string) => string;

function misquoted(name: string): string {
  return `\`${name}\``;
}

/** Up to the table that a foreign key refers to. */
function opening({ name, columns }: ForeignKeyNames, quote: Quote): string {
  return `\n  CONSTRAINT ${quote(name)} FOREIGN KEY${list(columns, quote)} REFERENCES `;
}

function list(names: readonly string[], quote: Quote): string {
  return ` (${names.map(quote).join(', ')})`;
}

function showsExactly(ddl: string, keys: readonly ForeignKeyNames[]): boolean {
  const wanted = keys.map(({ name, columns, referencedColumns }) => [name, ...columns, ...referencedColumns]);
  return JSON.stringify(shownNames(ddl).toSorted(byText)) === JSON.stringify(wanted.toSorted(byText));
}

/** Of each foreign key its name, its columns, and as many of the table that it refers to. */
function shownNames(ddl: string): string[][] {
  return definitions(tokenize(ddl))
    .filter(([first, , third]) => isWord(first, 'CONSTRAINT') && isWord(third, 'FOREIGN'))
    .map(([, name, ...rest]) =>
      [name, ...rest.filter(({ kind, depth }) => kind === 'name' && depth === 2)].map(nameOf),
    );
}

function byText(a: readonly string[], b: readonly string[]): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
