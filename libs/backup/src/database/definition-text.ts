import type { Definition } from '../backup-set/manifest.js';

/** A definition's text; bytes of another character set as if they were letters, which keeps every one. */
export function definitionText({ ddl, encoding }: Pick<Definition, 'ddl' | 'encoding'>): string {
  return Buffer.from(ddl, encoding).toString(encoding === 'utf8' ? 'utf8' : 'latin1');
}

/** The definition with another text, of the kind that {@link definitionText} gives. */
export function withText<T extends Pick<Definition, 'ddl' | 'encoding'>>(definition: T, text: string): T {
  return { ...definition, ddl: definition.encoding === 'utf8' ? text : Buffer.from(text, 'latin1').toString('base64') };
}
