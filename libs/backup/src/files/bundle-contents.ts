import type { FileEntry } from './index-entry.js';

/** Takes the content of a file. */
export interface ContentSink {
  write(bytes: Buffer): void;
  /** All of its bytes were written. */
  end(): void;
}

/**
 * Finds the content of files in the plain bytes of a bundle, as they come.
 *
 * @param entries with places in the bundle, in its order
 * @param begin called for each, right before its bytes
 */
export function contentsIn(
  entries: readonly FileEntry[],
  begin: (entry: FileEntry) => ContentSink,
): (chunk: Buffer) => void {
  const rest = entries.values();
  let next = rest.next().value;
  let sink: ContentSink | null = null;
  /** Where the chunk begins. */
  let at = 0;
  return (chunk) => {
    for (let offset = 0; next !== undefined;) {
      const { at: start, length } = next.bytes[0];
      const from = Math.max(start - at, offset);
      if (from > chunk.length || (from === chunk.length && length > 0)) {
        break;
      }
      sink ??= begin(next);
      const part = chunk.subarray(from, Math.min(start + length - at, chunk.length));
      sink.write(part);
      offset = from + part.length;
      if (at + offset < start + length) {
        break;
      }
      sink.end();
      sink = null;
      next = rest.next().value;
    }
    at += chunk.length;
  };
}
