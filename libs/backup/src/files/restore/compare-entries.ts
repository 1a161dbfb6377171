import { createHash } from 'node:crypto';
import { readlinkSync, type BigIntStats } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ThreadContext } from '../../engine/serve-thread.js';
import { display, fromBytes } from '../byte-path.js';
import type { GroupOfSet } from '../check-entries.js';
import type { FileEntry, IndexEntry } from '../index-entry.js';
import { OpenFile } from '../open-file.js';
import { pathMatcher } from '../root-pattern.js';
import { hasTime } from '../file-attributes.js';
import type { FileTarget } from './file-targets.js';
import { LiveFolder } from './live-folder.js';

/** What a restore would do with some entries; plain data. */
export interface Comparison {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Bytes to write. */
  readonly bytes: number;
  /** Entries of another kind than what is there. */
  readonly conflicts: readonly string[];
}

/** How an entry stands to what is there. */
export type EntryState = 'added' | 'changed' | 'unchanged' | 'conflict';

const READ = 1024 * 1024;

/** @param isQuick take a file of the same size and time for unchanged, instead of reading it */
export async function compareEntries(
  group: GroupOfSet,
  target: FileTarget,
  isQuick: boolean,
  context: ThreadContext,
): Promise<Comparison> {
  const live = new LiveFolder(target.base);
  const isChosen = chooser(target);
  const counts = { added: 0, changed: 0, unchanged: 0, conflict: 0 };
  const conflicts: string[] = [];
  let bytes = 0;
  for (const entry of group.entries.filter(isChosen)) {
    const state = await entryState(live, entry, isQuick, context);
    // folders are not counted, but for those that are in the way
    if (entry.type !== 'folder') {
      counts[state] += 1;
    }
    if (state === 'conflict') {
      conflicts.push(display(entry.path));
    }
    bytes += entry.type === 'file' && state !== 'unchanged' ? entry.size : 0;
  }
  return {
    added: counts.added,
    changed: counts.changed + counts.conflict,
    unchanged: counts.unchanged,
    bytes,
    conflicts,
  };
}

/** Which entries a target takes: all, or those that match. */
export function chooser({ paths }: Pick<FileTarget, 'paths'>): (entry: IndexEntry) => boolean {
  const matches = pathMatcher(paths);
  return paths.length === 0 ? () => true : (entry) => matches(entry.path);
}

export async function entryState(
  live: LiveFolder,
  entry: IndexEntry,
  isQuick: boolean,
  context: ThreadContext,
): Promise<EntryState> {
  const found = live.look(entry.path);
  if (found === null) {
    return 'added';
  }
  if (found.isDirectory() !== (entry.type === 'folder')) {
    return 'conflict';
  }
  switch (entry.type) {
    case 'folder':
      return 'unchanged';
    case 'symlink':
      return isSameLink(live, entry.path, found, entry.target) ? 'unchanged' : 'changed';
    case 'file':
      return found.isFile() &&
        Number(found.size) === entry.size &&
        (isQuick ? hasTime(found, entry) : await hasContent(live, entry, context))
        ? 'unchanged'
        : 'changed';
  }
}

export function isSameLink(live: LiveFolder, path: string, found: BigIntStats, target: string): boolean {
  return found.isSymbolicLink() && fromBytes(readlinkSync(live.absolute(path), { encoding: 'buffer' })) === target;
}

async function hasContent(live: LiveFolder, entry: FileEntry, { signal }: ThreadContext): Promise<boolean> {
  const file = OpenFile.open(live.absolute(entry.path));
  if (file === null) {
    return false;
  }
  try {
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(Math.min(READ, entry.size));
    for (let at = 0; at < entry.size;) {
      const length = file.read(chunk, at);
      if (length === 0) {
        return false;
      }
      hash.update(chunk.subarray(0, length));
      at += length;
      if (length === READ) {
        await nextTurn();
        signal.throwIfAborted();
      }
    }
    return hash.digest('hex') === entry.sha256;
  } finally {
    file.close();
  }
}
