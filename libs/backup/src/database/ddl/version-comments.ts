import { tokenize } from './ddl-tokenizer.js';
import { applyEdits } from './edits.js';

const OPENINGS = [/^\/\*!\d{5,6}/, /^\/\*M!\d{5,6}/, /^\/\*M?!/];

/**
 * The statement with what stands in version comments (`/*!80023 INVISIBLE *\/`) spelled out: each server reads some of
 * them and silently passes over others, which would lose what is said there.
 *
 * @see https://mariadb.com/kb/en/comment-syntax/
 */
export function spellOutVersionComments(ddl: string): string {
  return applyEdits(
    ddl,
    tokenize(ddl)
      .filter((token) => token.kind === 'comment')
      .flatMap(({ text, start, end }) => {
        const opening = OPENINGS.map((pattern) => pattern.exec(text)).find((match) => match !== null);
        return opening === undefined ? [] : [{ start, end, text: text.slice(opening[0].length, -2).trim() }];
      }),
  );
}
