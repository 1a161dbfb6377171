import type { z } from 'zod';
import { placeOf } from '../backup-set/set-objects.js';
import { toJsonBytes } from './byte-path.js';
import type { entrySchema, place } from './parse-entry.js';

/** Plain bytes of a frame of a root's objects at most. */
export const FRAME_BYTES = 4 * 1024 * 1024;

export type Place = Readonly<z.infer<typeof place>>;
export type IndexEntry = Readonly<z.infer<typeof entrySchema>>;
export type FileEntry = Extract<IndexEntry, { type: 'file' }>;
export type FolderEntry = Extract<IndexEntry, { type: 'folder' }>;
export type SymlinkEntry = Extract<IndexEntry, { type: 'symlink' }>;

/** One line of an index, without its line feed. */
export function formatEntry(entry: IndexEntry): string {
  // the commands in README.txt find files by the path and type at the beginning, and by set and object, in this order
  const start = { path: toJsonBytes(entry.path), type: entry.type };
  if (entry.type === 'file' && start.path === entry.path && isInOrder(entry)) {
    return JSON.stringify(entry);
  }
  return JSON.stringify(
    entry.type === 'symlink'
      ? { ...start, ...entry, ...start, target: toJsonBytes(entry.target) }
      : { ...start, ...entry, ...start },
  );
}

/** As an entry is that was read from an index. */
function isInOrder(entry: IndexEntry): boolean {
  const [first, second] = Object.keys(entry);
  return first === 'path' && second === 'type';
}

/** The place of an entry in a bundle, right after its header there; null for a large file, which is in none. */
export function bundlePlace(entry: IndexEntry): Place | null {
  const place = entry.type === 'file' ? entry.bytes[0] : entry.bundle;
  return isBundle(place.object) ? place : null;
}

/** {@link placeOf} the objects that hold entries of a set, each once. */
export function placesOf(set: string, entries: readonly IndexEntry[]): string[] {
  const places = entries.flatMap((entry) => (entry.type === 'file' ? entry.bytes : [entry.bundle]));
  return [...new Set(places.map((place) => placeOf({ set: place.set ?? set, key: place.object })))];
}

/** What objects of a root are called, before the suffix for compression and encryption. */
export function objectName(number: number, kind: 'bundle' | 'large'): string {
  return `${String(number).padStart(5, '0')}.${kind === 'bundle' ? 'tar' : 'bin'}`;
}

export function isBundle(key: string): boolean {
  return /\/\d{5,}\.tar(?:\.[a-z]+)*$/.test(key);
}
