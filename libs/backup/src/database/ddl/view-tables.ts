import { nameOf, tokenize, type Token } from './ddl-tokenizer.js';

/** Something that a statement names; the database only where the statement does. */
export interface NamedTable {
  readonly database: string | null;
  readonly table: string;
}

/** The tables and views that a view stands on, from its definition as the server shows it: all names are quoted. */
export function viewTables(ddl: string): NamedTable[] {
  const tokens = tokenize(ddl).filter((token) => token.kind !== 'comment');
  return tokens.flatMap((token, index): NamedTable[] => {
    if (token.kind !== 'name' || !followsFrom(tokens, index)) {
      return [];
    }
    const second = tokens.at(index + 2);
    return tokens.at(index + 1)?.text === '.' && second !== undefined
      ? [{ database: nameOf(token), table: nameOf(second) }]
      : [{ database: null, table: nameOf(token) }];
  });
}

/** `from` or `join`, and parentheses. */
function followsFrom(tokens: readonly Token[], index: number): boolean {
  const before = tokens.slice(0, index).findLast((token) => token.text !== '(');
  return before?.kind === 'word' && /^(?:from|join|straight_join)$/i.test(before.text);
}
