import { isWord, tokenize } from './ddl-tokenizer.js';

/**
 * Whether a view gives documents made of rows, and takes them.
 *
 * @param ddl as MySQL shows it
 * @see https://dev.mysql.com/doc/refman/9.7/en/create-json-duality-view.html
 */
export function isDualityView(ddl: string): boolean {
  const tokens = tokenize(ddl);
  const view = tokens.findIndex((token) => isWord(token, 'VIEW'));
  return view > 0 && isWord(tokens[view - 1], 'DUALITY');
}
