/** A word for a POSIX shell, or for fish, whatever it holds. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A name for a shell function: `shop-host` is `shop_host`. */
export function functionName(program: string): string {
  return `_${program.replaceAll(/\W/g, '_')}`;
}
