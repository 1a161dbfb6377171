import { quoteName } from '../sql.js';
import { nameOf, tokenize } from './ddl-tokenizer.js';

/** A table's DDL with references to its own database by name (foreign keys, sequences) turned to another one. */
export function renameDatabase(ddl: string, from: string, to: string): string {
  if (from === to) {
    return ddl;
  }
  const tokens = tokenize(ddl);
  return tokens
    .filter((token, index) => token.kind === 'name' && tokens.at(index + 1)?.text === '.' && nameOf(token) === from)
    .toReversed()
    .reduce((text, token) => text.slice(0, token.start) + quoteName(to) + text.slice(token.end), ddl);
}
