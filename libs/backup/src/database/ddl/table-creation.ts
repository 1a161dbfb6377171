import type { ServerRecord, TableRecord } from '../../backup-set/manifest.js';
import { columnDefinitions, withoutCounter } from './create-table.js';
import { isWord, type Token } from './ddl-tokenizer.js';
import { applyEdits, type Edit } from './edits.js';

/**
 * The statement that makes a table as it was, and that its rows can be put into. What a server shows of a table is not
 * always what it takes to make the same one again.
 */
export function tableCreation(
  { ddl, engine, rows }: Pick<TableRecord, 'ddl' | 'engine' | 'rows'>,
  flavour: ServerRecord['flavour'],
): string {
  // an ARCHIVE table takes no row below its counter, and comes to the same counter with its last row
  const fillable = engine === 'ARCHIVE' && rows > 0 ? withoutCounter(ddl) : ddl;
  return flavour === 'mysql' ? withInheritedCollations(fillable) : fillable;
}

/**
 * MySQL shows `COLLATE` without `CHARACTER SET` where a column has the table's collation because it was given none. Made
 * from that, it would have a collation of its own, and be shown with both.
 */
function withInheritedCollations(ddl: string): string {
  const edits = columnDefinitions(ddl).flatMap((definition): Edit[] => {
    const at = definition.findIndex((token) => isOwnWord(token, 'COLLATE'));
    return at === -1 || definition.some((token) => isOwnWord(token, 'CHARACTER'))
      ? []
      : [{ start: definition[at - 1].end, end: definition[at + 1].end, text: '' }];
  });
  return applyEdits(ddl, edits);
}

/** Whether a word is the column's, and none of an expression. */
function isOwnWord(token: Token, word: string): boolean {
  return token.depth === 1 && isWord(token, word);
}
