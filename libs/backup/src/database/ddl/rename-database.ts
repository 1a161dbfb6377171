import { quoteName } from '../sql.js';
import { nameOf, tokenize } from './ddl-tokenizer.js';

/** A table's DDL with references to databases by name (foreign keys, sequences) turned to others. */
export function renameDatabases(ddl: string, names: ReadonlyMap<string, string>): string {
  const tokens = tokenize(ddl);
  return tokens
    .filter((token, index) => token.kind === 'name' && tokens.at(index + 1)?.text === '.')
    .toReversed()
    .reduce((text, token) => {
      const to = names.get(nameOf(token));
      return to === undefined ? text : text.slice(0, token.start) + quoteName(to) + text.slice(token.end);
    }, ddl);
}
