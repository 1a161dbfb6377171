import { quoteName } from '../sql.js';
import { isWord, spanOf, tokenize, type Token } from './ddl-tokenizer.js';
import { applyEdits } from './edits.js';

/**
 * A trigger's statement for another database. The server keeps it as it was written: where it names the database before
 * the trigger or its table, it would make the trigger there. Its body stays as it is.
 */
export function placeTrigger(ddl: string, database: string): string {
  const tokens = tokenize(ddl).filter((token) => token.kind !== 'comment');
  const places = [afterWord(tokens, 'TRIGGER', 0)];
  places.push(afterWord(tokens, 'ON', places[0]));
  const edits = places
    .map((place) => (isWord(tokens.at(place), 'IF') ? place + 3 : place))
    .filter((place) => tokens.at(place + 1)?.text === '.')
    .map((place) => ({ ...spanOf([tokens[place]]), text: quoteName(database) }));
  return applyEdits(ddl, edits);
}

function afterWord(tokens: readonly Token[], word: string, from: number): number {
  return tokens.findIndex((token, index) => index >= from && isWord(token, word)) + 1;
}
