import { lstatSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { systemCode } from '../../storage/storage.errors.js';
import { folderOf, joinPaths, toBytes, type BytePath } from '../byte-path.js';
import { isGone } from '../scan-root.js';
import { isScratchName } from '../scratch-names.js';
import { setAttributes, setLinkAttributes } from '../file-attributes.js';
import { LiveFolder } from './live-folder.js';
import { addedFolders, readJournal, type JournalLine } from './read-journal.js';
import { UndoFolder } from './undo-journal.js';

/** How a restore into a folder stands. */
export type UndoState = 'nothing' | 'interrupted' | 'complete';

export function undoState(base: BytePath, operation: string): UndoState {
  const undo = new UndoFolder(base, operation);
  if (undo.isComplete()) {
    return 'complete';
  }
  return exists(toBytes(undo.path)) ? 'interrupted' : 'nothing';
}

/**
 * Takes back what a restore did in a folder: what it replaced comes back, what it added goes. Whatever it is interrupted
 * by, it can be done again. The journal is read several times rather than kept in memory; of folders there are fewer.
 */
export async function takeBack(base: BytePath, operation: string): Promise<void> {
  const undo = new UndoFolder(base, operation);
  undo.reopen();
  const live = new LiveFolder(base);
  for (const line of linesInside(undo)) {
    removeTemporary(live, line);
    if (line.did === 'added' && line.temporary !== undefined) {
      remove(live, line.path);
    }
  }
  const added = new Set(addedFolders(linesInside(undo)));
  // what is in a folder goes before it
  for (const path of [...added].sort().reverse()) {
    remove(live, path);
  }
  // also where there was nothing at first: somebody may have put something there meanwhile, which was then kept
  for (const { did, path } of linesInside(undo)) {
    if (did !== 'touched' && path !== '') {
      putBack(live, undo, path);
    }
  }
  // folders that were real may be links again, and what was written down of those that the restore made is of no use
  const rootAttributes = restoreAttributes(new LiveFolder(base), linesInside(undo), added);
  await discardUndo(base, operation);
  // the root has held what was kept until now
  if (added.has('')) {
    remove(live, '');
  } else if (rootAttributes !== null) {
    setAttributes(live.absolute(''), rootAttributes);
  }
}

/** Lets go of what a restore has kept. */
export async function discardUndo(base: BytePath, operation: string): Promise<void> {
  const undo = new UndoFolder(base, operation);
  await rm(toBytes(undo.path), { recursive: true, force: true });
}

function removeTemporary(live: LiveFolder, line: JournalLine): void {
  if ('temporary' in line && line.temporary !== undefined && isScratchName(line.temporary)) {
    remove(live, joinPaths(folderOf(line.path), line.temporary));
  }
}

function remove(live: LiveFolder, path: BytePath): void {
  const found = live.look(path);
  if (found === null) {
    return;
  }
  if (!found.isDirectory()) {
    rmSync(live.absolute(path), { force: true });
    return;
  }
  try {
    rmdirSync(live.absolute(path));
  } catch (error) {
    // somebody has put something there since: it stays
    if (!['ENOTEMPTY', 'EEXIST', 'EBUSY'].includes(systemCode(error))) {
      throw error;
    }
  }
}

function putBack(live: LiveFolder, undo: UndoFolder, path: BytePath): void {
  const kept = undo.kept(path);
  if (!exists(kept)) {
    // it was put back before, or never taken
    return;
  }
  live.make(folderOf(path), () => undefined);
  const isFolder = lstatSync(kept).isDirectory();
  const found = live.look(path);
  if (found !== null && (isFolder || found.isDirectory())) {
    remove(live, path);
  }
  renameSync(kept, live.absolute(path));
}

type TouchedLine = Extract<JournalLine, { did: 'touched' }>;

/** Gives what the root itself has had, if that was recorded: it changes once more. */
function restoreAttributes(
  live: LiveFolder,
  lines: Iterable<JournalLine>,
  added: ReadonlySet<BytePath>,
): TouchedLine | null {
  const folders = new Map<BytePath, TouchedLine>();
  for (const line of lines) {
    if (line.did !== 'touched' || added.has(line.path)) {
      continue;
    }
    const found = live.look(line.path);
    if (found === null) {
      continue;
    }
    if (found.isSymbolicLink()) {
      setLinkAttributes(live.absolute(line.path), line);
    } else if (!found.isDirectory()) {
      setAttributes(live.absolute(line.path), line);
    } else {
      const other = folders.get(line.path);
      // the oldest time is the one from before: what the restore did since has only made it newer
      folders.set(line.path, other === undefined || BigInt(line.mtime) < BigInt(other.mtime) ? line : other);
    }
  }
  for (const line of [...folders.values()].sort((a, b) => b.path.length - a.path.length)) {
    setAttributes(live.absolute(line.path), line);
  }
  return folders.get('') ?? null;
}

function* linesInside(undo: UndoFolder): Generator<JournalLine> {
  for (const line of readJournal(undo)) {
    if (isInside(line.path)) {
      yield line;
    }
  }
}

/** What stands in a journal was written there by a restore, unless somebody else did. */
function isInside(path: BytePath): boolean {
  return path === '' || path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
}

function exists(path: Buffer): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    if (isGone(error)) {
      return false;
    }
    throw error;
  }
}
