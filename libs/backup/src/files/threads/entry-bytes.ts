import { deserialize, serialize } from 'node:v8';
import { releaseOwnBuffer } from '../../release-buffer.js';

declare const entry: unique symbol;

/**
 * Entries on their way from one thread to another, which a third passes on: as bytes, which are moved from thread to thread
 * rather than copied, so that nobody in between has objects that the garbage collector would have to find.
 */
export type EntryBytes<T> = Uint8Array & { readonly [entry]?: T };

export function encodeEntries<T>(entries: readonly T[]): EntryBytes<T> {
  return serialize(entries);
}

/** @param bytes that another thread of this process has encoded, and nobody needs afterwards */
export function decodeEntries<T>(bytes: EntryBytes<T>): readonly T[] {
  const entries = deserialize(bytes) as readonly T[];
  releaseOwnBuffer(bytes);
  return entries;
}
