/** Whether a server tells names that differ only in case apart: it does with `lower_case_table_names=0`. */
export type NameCase = 'exact' | 'folded';

/**
 * Whether a pattern names a table: `table` or `database.table`, in which `*` stands for any characters, `?` for one, and
 * a backslash takes its meaning from the next one. A name may hold dots, so each of them may be the one that divides. What
 * is a name as it stands names itself, whatever is in it.
 */
export function matchesTable(pattern: string, database: string, table: string, nameCase: NameCase): boolean {
  const parts = symbols(nameCase === 'folded' ? pattern.toLowerCase() : pattern);
  const characters = (name: string): string[] => Array.from(nameCase === 'folded' ? name.toLowerCase() : name);
  const [inDatabase, name] = [characters(database), characters(table)];
  return (
    pattern === table ||
    pattern === `${database}.${table}` ||
    matches(parts, name) ||
    parts.some(
      (part, index) =>
        part === '.' && matches(parts.slice(0, index), inDatabase) && matches(parts.slice(index + 1), name),
    )
  );
}

/** Whether a pattern may name several tables. */
export function hasWildcard(pattern: string): boolean {
  return symbols(pattern).some((symbol) => symbol === ANY || symbol === ONE);
}

const ANY = Symbol('any characters');
const ONE = Symbol('one character');

function symbols(pattern: string): (string | symbol)[] {
  return Array.from(pattern.matchAll(/\\?./gsu), ([text]) => {
    if (text === '*') {
      return ANY;
    }
    return text === '?' ? ONE : text.replace(/^\\(?=.)/s, '');
  });
}

/** In linear time: only the last `*` is ever tried again, since what stood before it fits already. */
function matches(parts: readonly (string | symbol)[], name: readonly string[]): boolean {
  let part = 0;
  let at = 0;
  let retry: { part: number; at: number } | null = null;
  while (at < name.length) {
    if (parts[part] === ANY) {
      retry = { part, at };
      part += 1;
    } else if (parts[part] === ONE || parts[part] === name[at]) {
      part += 1;
      at += 1;
    } else if (retry !== null) {
      retry.at += 1;
      part = retry.part + 1;
      at = retry.at;
    } else {
      return false;
    }
  }
  return parts.slice(part).every((rest) => rest === ANY);
}
