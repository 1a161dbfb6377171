import { compressionSuffix, type Compression } from './compression.js';

/** What is done to the plain bytes of an object before they are stored. */
export interface ObjectFormat {
  readonly compression: Compression;
  /** The set's own age recipient, or null when the set is not encrypted. Never stored: see docs/design.md, section 6. */
  readonly recipient: string | null;
}

/** The bytes as they are. */
export const STORED_PLAIN: ObjectFormat = { compression: { algorithm: 'none' }, recipient: null };

const ENCRYPTED = '.age';

/** What an object's name ends with, after `.sql` or `.jsonl`. */
export function objectSuffix({ compression, recipient }: ObjectFormat): string {
  return `${compressionSuffix(compression)}${recipient === null ? '' : ENCRYPTED}`;
}

/** Whether an object is encrypted, by its name. */
export function isEncrypted(key: string): boolean {
  return key.endsWith(ENCRYPTED);
}
