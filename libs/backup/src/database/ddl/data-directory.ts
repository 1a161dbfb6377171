import { isWord, tokenize } from './ddl-tokenizer.js';

/** Whether a table, or a partition of it, is to be kept in a folder of its own. */
export function hasDataDirectory(ddl: string): boolean {
  return tokenize(ddl).some(
    (token, index, tokens) => isWord(token, 'DATA') && isWord(tokens.at(index + 1), 'DIRECTORY'),
  );
}
