import { quoteName } from '../sql.js';
import { tokenize, type Token } from './ddl-tokenizer.js';

/**
 * A trigger's statement for another database. The server keeps it as it was written: where it names the database before
 * the trigger or its table, it would make the trigger there. Its body stays as it is.
 */
export function placeTrigger(ddl: string, database: string): string {
  const tokens = tokenize(ddl).filter((token) => token.kind !== 'comment');
  const places = [afterWord(tokens, 'TRIGGER', 0)];
  places.push(afterWord(tokens, 'ON', places[0]));
  return places
    .map((place) => (isWord(tokens.at(place), 'IF') ? place + 3 : place))
    .filter((place) => tokens.at(place + 1)?.text === '.')
    .toReversed()
    .reduce((text, place) => {
      const { start, end } = tokens[place];
      return text.slice(0, start) + quoteName(database) + text.slice(end);
    }, ddl);
}

function afterWord(tokens: readonly Token[], word: string, from: number): number {
  return tokens.findIndex((token, index) => index >= from && isWord(token, word)) + 1;
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word;
}
