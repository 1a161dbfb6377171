import { invalidCondition } from './selection.errors.js';

/** Words that start a query of their own. They are reserved: a column of such a name stands in backticks. */
const QUERIES: ReadonlySet<string> = new Set(['SELECT', 'TABLE', 'VALUES', 'WITH']);

/**
 * Functions of the server that change something, wait, or read files. Stored functions cannot change anything: the rows are read in a
 * transaction that is read only, but sequences go on in there too.
 */
const NOT_OF_THE_ROW: ReadonlySet<string> = new Set([
  'NEXTVAL',
  'SETVAL',
  'LASTVAL',
  'GET_LOCK',
  'RELEASE_LOCK',
  'RELEASE_ALL_LOCKS',
  'SLEEP',
  'BENCHMARK',
  'LOAD_FILE',
  'LAST_INSERT_ID',
]);
/** `NEXT VALUE FOR` and `PREVIOUS VALUE FOR` a sequence. */
const VALUES_OF_SEQUENCES: ReadonlySet<string> = new Set(['NEXT', 'PREVIOUS']);

const SPACE = /\s/;

/**
 * Refuses a condition that would not stay between the parentheses it is put into, or that looks at more than the row: the
 * rows of a table that is read in parts would depend on something that the parts need not see alike. What remains is
 * for the server to judge.
 *
 * @throws BackupError `invalid_option`
 */
export function assertRowCondition(table: string, condition: string): void {
  const refuse = (reason: string): never => {
    throw invalidCondition(table, reason);
  };
  let depth = 0;
  let isEmpty = true;
  let before = '';
  for (const { kind, text } of pieces(condition)) {
    isEmpty &&= kind === 'blank';
    if (kind === 'comment') {
      refuse('holds a comment');
    }
    if (kind === 'open quote') {
      refuse(`holds a quote ${text} that is not closed`);
    }
    if (text === ';') {
      refuse('holds a semicolon outside of quotes');
    }
    if (text === '@') {
      refuse('uses a variable');
    }
    if (kind === 'word' && QUERIES.has(text.toUpperCase())) {
      refuse(`holds a subquery (${text})`);
    }
    if (
      (text === '(' && NOT_OF_THE_ROW.has(before)) ||
      (text.toUpperCase() === 'VALUE' && VALUES_OF_SEQUENCES.has(before))
    ) {
      refuse(`calls ${before}`);
    }
    before = kind === 'blank' ? before : text.toUpperCase();
    depth += text === '(' ? 1 : text === ')' ? -1 : 0;
    if (depth < 0) {
      refuse('closes a parenthesis that it did not open');
    }
  }
  if (depth > 0) {
    refuse('opens a parenthesis that it does not close');
  }
  if (isEmpty) {
    refuse('is empty');
  }
}

interface Piece {
  readonly kind: 'blank' | 'quoted' | 'open quote' | 'comment' | 'word' | 'other';
  readonly text: string;
}

/** Takes text apart as servers do it under the sessions' sql_mode: backslashes escape, double quotes make strings. */
function* pieces(text: string): Iterable<Piece> {
  let at = 0;
  while (at < text.length) {
    const piece = pieceAt(text, at);
    yield piece;
    at += piece.text.length;
  }
}

function pieceAt(text: string, at: number): Piece {
  const character = text[at];
  if (SPACE.test(character)) {
    return { kind: 'blank', text: character };
  }
  if (character === '`' || character === "'" || character === '"') {
    return quoted(text, at);
  }
  // servers differ in what must follow two dashes: `a--1` is refused, `a - -1` says the same
  if (character === '#' || text.startsWith('--', at) || text.startsWith('/*', at) || text.startsWith('*/', at)) {
    return { kind: 'comment', text: character };
  }
  const [word] = /^[\p{L}\p{N}_$]+/u.exec(text.slice(at)) ?? [];
  return word === undefined ? { kind: 'other', text: character } : { kind: 'word', text: word };
}

function quoted(text: string, start: number): Piece {
  const quote = text[start];
  let at = start + 1;
  while (at < text.length) {
    if (text[at] === '\\' && quote !== '`') {
      at += 2;
    } else if (text[at] !== quote) {
      at += 1;
    } else if (text[at + 1] === quote) {
      at += 2;
    } else {
      return { kind: 'quoted', text: text.slice(start, at + 1) };
    }
  }
  return { kind: 'open quote', text: quote };
}
