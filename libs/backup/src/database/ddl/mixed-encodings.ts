import { tokenize } from './ddl-tokenizer.js';

/** Where the names end that the server writes itself. */
const HEAD_ENDS: Readonly<Record<string, string>> = { PROCEDURE: '(', FUNCTION: '(', TRIGGER: 'ROW' };

/**
 * Whether MySQL shows the names at the head of a routine or trigger in UTF-8, and what comes after them as a client of an
 * old character set wrote it. As a statement, that means something else.
 */
export function hasMixedEncodings(kind: string, ddl: Buffer): boolean {
  const text = ddl.toString('latin1');
  const end = tokenize(text).find(
    (token) => token.depth === 0 && token.kind !== 'name' && token.text === HEAD_ENDS[kind],
  );
  return end !== undefined && /[^\p{ASCII}]/u.test(text.slice(0, end.start));
}
