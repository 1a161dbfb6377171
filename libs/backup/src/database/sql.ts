/** Quotes an identifier: the one place where names become SQL. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function quoteQualified(database: string, name: string): string {
  return `${quoteName(database)}.${quoteName(name)}`;
}

/** Quotes a string literal, for statements that take no placeholders (`SET`, generated scripts). */
export function quoteText(text: string): string {
  return `'${Array.from(text, (character) => ESCAPES.get(character) ?? character).join('')}'`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\0', '\\0'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\x1a', '\\Z'],
  ["'", "\\'"],
  ['\\', '\\\\'],
]);
