const SAFE = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * File names for identifiers, in order: safe ones stand for themselves, others get `<kind>.<number>`, which no safe
 * name can be. Names that differ only in case count as taken, for storages that do not tell them apart.
 */
export function objectNames(kind: string, identifiers: readonly string[]): string[] {
  const taken = new Set<string>();
  return identifiers.map((identifier, index) => {
    const folded = identifier.toLowerCase();
    if (SAFE.test(identifier) && !taken.has(folded) && !folded.startsWith('schema')) {
      taken.add(folded);
      return identifier;
    }
    return `${kind}.${String(index + 1).padStart(4, '0')}`;
  });
}
