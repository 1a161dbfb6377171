import { quoteName } from '../sql.js';
import { nameOf, spanOf, tokenize } from './ddl-tokenizer.js';
import { applyEdits } from './edits.js';

/** A table's DDL with references to databases by name (foreign keys, sequences) turned to others. */
export function renameDatabases(ddl: string, names: ReadonlyMap<string, string>): string {
  const tokens = tokenize(ddl);
  const edits = tokens
    .filter((token, index) => token.kind === 'name' && tokens.at(index + 1)?.text === '.')
    .flatMap((token) => {
      const to = names.get(nameOf(token));
      return to === undefined ? [] : [{ ...spanOf([token]), text: quoteName(to) }];
    });
  return applyEdits(ddl, edits);
}
