import type { Manifest, TableRecord } from '../../backup-set/manifest.js';
import { columnDefinitions, withoutCounter } from './create-table.js';
import type { Token } from './ddl-tokenizer.js';

/**
 * The statement that makes a table as it was, and that its rows can be put into. What a server shows of a table is not
 * always what it takes to make the same one again.
 */
export function tableCreation(
  { ddl, engine, rows }: Pick<TableRecord, 'ddl' | 'engine' | 'rows'>,
  flavour: Manifest['server']['flavour'],
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
  return columnDefinitions(ddl)
    .flatMap((definition) => {
      const at = definition.findIndex((token) => isWord(token, 'COLLATE'));
      return at === -1 || definition.some((token) => isWord(token, 'CHARACTER'))
        ? []
        : [{ start: definition[at - 1].end, end: definition[at + 1].end }];
    })
    .toReversed()
    .reduce((text, { start, end }) => text.slice(0, start) + text.slice(end), ddl);
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.depth === 1 && token.text.toUpperCase() === word;
}
