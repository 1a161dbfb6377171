/**
 * Names that parsers and pipes pass over without a word, since every object inherits something by them. They are looked for in
 * what was sent, so that they are refused like any other field that there is not.
 */
const PASSED_OVER: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/** The first of these names in a parsed body, at any depth; undefined when there is none. */
export function passedOverInBody(body: unknown): string | undefined {
  const left: unknown[] = [body];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'object' && value !== null) {
      const found = Object.keys(value).find((name) => PASSED_OVER.has(name));
      if (found !== undefined) {
        return found;
      }
      left.push(...(Object.values(value) as unknown[]));
    }
  }
  return undefined;
}

/** The first of these names in the query of a URL, also within brackets: `a[__proto__]=1`. */
export function passedOverInQuery(url: string): string | undefined {
  const query = new URLSearchParams(url.split('?').slice(1).join('?'));
  return [...query.keys()].flatMap((name) => name.split(/[[\].]/)).find((name) => PASSED_OVER.has(name));
}
