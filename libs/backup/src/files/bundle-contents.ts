import { bundlePlace, type FileEntry, type IndexEntry } from './index-entry.js';
import { tarEntryOf, tarHeader } from './tar-header.js';

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

/** A header that can only be one. */
interface ExpectedHeader {
  readonly entry: IndexEntry;
  readonly bytes: Buffer;
  /** Of its first byte in the bundle. */
  readonly start: number;
}

/**
 * Compares headers in the plain bytes of a bundle with what their entries make them, as they come.
 *
 * @param entries of the set that has the bundle, in its order
 * @param differs what is thrown for one that is another
 */
export function headersIn(
  entries: readonly IndexEntry[],
  differs: (entry: IndexEntry) => Error,
): (chunk: Buffer) => void {
  const rest = expectedHeaders(entries);
  let next = rest.next().value;
  /** Where the chunk begins. */
  let at = 0;
  return (chunk) => {
    for (const end = at + chunk.length; next !== undefined && next.start < end;) {
      const { entry, bytes, start } = next;
      const from = Math.max(start, at);
      const part = chunk.subarray(from - at, start + bytes.length - at);
      if (!part.equals(bytes.subarray(from - start, from - start + part.length))) {
        throw differs(entry);
      }
      if (start + bytes.length > end) {
        break;
      }
      next = rest.next().value;
    }
    at += chunk.length;
  };
}

function* expectedHeaders(entries: readonly IndexEntry[]): Generator<ExpectedHeader, undefined> {
  for (const entry of entries) {
    const bytes = tarHeader(tarEntryOf(entry));
    yield { entry, bytes, start: (bundlePlace(entry)?.at ?? 0) - bytes.length };
  }
  return undefined;
}
