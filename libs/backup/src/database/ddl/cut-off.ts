import { tokenize } from './ddl-tokenizer.js';

/** Stands after everything that a statement has opened and closed. */
const END = '\n;';

/**
 * Whether a definition ends inside a text or a comment, as one does that the server has cut off at a zero byte: a zero byte
 * anywhere else is a syntax error. Not said of what other quotes may be in: the parts for some versions only, and scripts.
 *
 * @param sqlMode of its making
 */
export function isCutOff(ddl: string, sqlMode: string): boolean {
  if (/\/\*M?!|\$/.test(ddl)) {
    return false;
  }
  const modes = sqlMode.split(',');
  const escaping = modes.includes('NO_BACKSLASH_ESCAPES') ? '' : modes.includes('ANSI_QUOTES') ? `'` : `'"`;
  return tokenize(ddl + END, escaping).at(-1)?.text !== ';';
}
