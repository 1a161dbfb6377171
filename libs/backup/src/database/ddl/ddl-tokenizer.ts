/** A piece of DDL: `word` is anything unquoted between blanks and punctuation. */
export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'punctuation' | 'comment';
  /** As written, with quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** How many parentheses are open around it; a parenthesis counts as outside of itself. */
  readonly depth: number;
}

const BLANK = /\s/;
const PUNCTUATION = /[(),;=.]/;

/**
 * Takes a statement that the server shows apart, knowing its quoting: backticks, single and double quotes with doubled
 * quotes and backslashes, and comments.
 *
 * @param escaping the quotes inside which a backslash takes a quote's meaning away: a statement's sql_mode may say otherwise
 * @see https://mariadb.com/kb/en/identifier-names/
 * @see https://dev.mysql.com/doc/refman/9.7/en/string-literals.html
 */
export function tokenize(ddl: string, escaping = `'"`): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  let at = 0;
  while (at < ddl.length) {
    const character = ddl[at];
    if (BLANK.test(character)) {
      at += 1;
      continue;
    }
    const start = at;
    let kind: Token['kind'];
    if (character === '`') {
      kind = 'name';
      at = endOfQuoted(ddl, at, false);
    } else if (character === "'" || character === '"') {
      kind = 'string';
      at = endOfQuoted(ddl, at, escaping.includes(character));
    } else if (ddl.startsWith('/*', at)) {
      kind = 'comment';
      at = endOfComment(ddl, at);
    } else if (startsLineComment(ddl, at)) {
      kind = 'comment';
      at = endOfLine(ddl, at);
    } else if (PUNCTUATION.test(character)) {
      kind = 'punctuation';
      at += 1;
    } else {
      kind = 'word';
      at = endOfWord(ddl, at);
    }
    const text = ddl.slice(start, at);
    if (text === ')') {
      depth -= 1;
    }
    tokens.push({ kind, text, start, end: at, depth });
    if (text === '(') {
      depth += 1;
    }
  }
  return tokens;
}

/** @param word in capitals */
export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word;
}

/** Where some tokens stand, of which there is at least one. */
export function spanOf(tokens: readonly Token[]): { readonly start: number; readonly end: number } {
  return { start: tokens[0].start, end: tokens[tokens.length - 1].end };
}

/** The name that a `name` token quotes. */
export function nameOf(token: Token): string {
  return token.text.slice(1, -1).replaceAll('``', '`');
}

/** The text that a `string` token of the server's own making stands for. */
export function textOf(token: Token): string {
  const quote = token.text[0];
  return token.text
    .slice(1, -1)
    .replaceAll(/\\(.)|(['"])\2/gs, (pair, escaped: string | undefined, doubled: string | undefined) =>
      escaped !== undefined ? (ESCAPED.get(escaped) ?? escaped) : doubled === quote ? quote : pair,
    );
}

const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['b', '\b'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['Z', '\x1a'],
]);

function endOfQuoted(ddl: string, start: number, hasBackslashes: boolean): number {
  const quote = ddl[start];
  let at = start + 1;
  while (at < ddl.length) {
    if (hasBackslashes && ddl[at] === '\\') {
      at += 2;
    } else if (ddl[at] !== quote) {
      at += 1;
    } else if (ddl[at + 1] === quote) {
      at += 2;
    } else {
      return at + 1;
    }
  }
  return ddl.length;
}

function endOfComment(ddl: string, start: number): number {
  const end = ddl.indexOf('*/', start + 2);
  return end === -1 ? ddl.length : end + 2;
}

/** `#`, or two dashes before a blank, in the bodies of routines. */
function startsLineComment(ddl: string, at: number): boolean {
  return ddl[at] === '#' || (ddl.startsWith('--', at) && (at + 2 === ddl.length || BLANK.test(ddl[at + 2])));
}

function endOfLine(ddl: string, start: number): number {
  const end = ddl.indexOf('\n', start);
  return end === -1 ? ddl.length : end;
}

function endOfWord(ddl: string, start: number): number {
  let at = start;
  while (at < ddl.length && !BLANK.test(ddl[at]) && !/[`'"(),;=.]/.test(ddl[at]) && !ddl.startsWith('/*', at)) {
    at += 1;
  }
  return at;
}
