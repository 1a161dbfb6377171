/** Quotes an identifier: the one place where names become SQL. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function quoteQualified(database: string, name: string): string {
  return `${quoteName(database)}.${quoteName(name)}`;
}

/** Quotes a string literal, for statements that take no placeholders (`SET`, generated scripts). */
export function quoteText(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '\0': '\\0', '\n': '\\n', '\r': '\\r', '\x1a': '\\Z' };
  return `'${text.replace(/[\0\n\r\x1a'\\]/g, (found) => escapes[found] ?? `\\${found}`)}'`;
}
