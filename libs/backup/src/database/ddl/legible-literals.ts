import { isUtf8 } from 'node:buffer';
import { textOf, tokenize } from './ddl-tokenizer.js';
import { applyEdits, type Edit } from './edits.js';

/**
 * A statement whose string literals hold raw bytes of any character set, as MySQL keeps them in expressions, as text: what
 * is no UTF-8 becomes hexadecimal, `_latin1'...'` thus `_latin1 0xE9`, which is the same literal.
 *
 * @returns null when there are such bytes elsewhere
 * @see https://dev.mysql.com/doc/refman/9.7/en/charset-introducer.html
 */
export function withLegibleLiterals(shown: Buffer): string | null {
  // a letter a byte, so that places and bytes of literals stay what they are
  const bytes = shown.toString('latin1');
  const edits = tokenize(bytes).flatMap(({ kind, text, start, end }, index, tokens): Edit[] =>
    kind === 'string' && index > 0 && tokens[index - 1].text.startsWith('_') && !isUtf8(Buffer.from(text, 'latin1'))
      ? [{ start, end, text: ` 0x${Buffer.from(textOf(tokens[index]), 'latin1').toString('hex').toUpperCase()}` }]
      : [],
  );
  const legible = Buffer.from(applyEdits(bytes, edits), 'latin1');
  return isUtf8(legible) ? legible.toString() : null;
}
