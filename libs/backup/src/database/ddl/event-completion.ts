import { tokenize } from './ddl-tokenizer.js';

/**
 * An event's statement without `ON COMPLETION NOT PRESERVE`, which goes without saying. MySQL shows it, and does not
 * understand it in the mode HIGH_NOT_PRECEDENCE.
 *
 * @param ddl as the server shows it
 */
export function withoutUsualCompletion(ddl: string): string {
  const tokens = tokenize(ddl);
  const at = tokens.findIndex((_, index) =>
    USUAL.every((word, offset) => tokens.at(index + offset)?.text.toUpperCase() === word),
  );
  return at === -1 ? ddl : ddl.slice(0, tokens[at].start) + ddl.slice(tokens[at + USUAL.length].start);
}

const USUAL = ['ON', 'COMPLETION', 'NOT', 'PRESERVE'] as const;
