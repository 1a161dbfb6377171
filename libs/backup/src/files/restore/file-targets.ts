import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileRoots, type FileRootRecord, type Manifest } from '../../backup-set/manifest.js';
import { fromText, type BytePath } from '../byte-path.js';
import type { FileRoot } from '../file-root.js';
import type { StoredRoot } from '../index-reader.js';
import { storedRoot } from '../stored-roots.js';
import { rootIsOther, rootNotConfigured, rootNotInSet, targetMissing } from './file-restore.errors.js';

/** Which files of a set, and where to. */
export interface FileSelection {
  /** Names of roots; empty: all of the set's. */
  readonly roots: readonly string[];
  /** Patterns of paths, relative to their root; empty: everything. */
  readonly paths: readonly string[];
  /** Another folder, in which each root gets a folder of its own. Null: where the options have the roots. */
  readonly to: string | null;
}

/** Where the entries of a root go: plain data. */
export interface FileTarget {
  readonly root: string;
  /** Absolute, links resolved; it may be missing itself, and the folder that it is in may not. */
  readonly base: BytePath;
  readonly paths: readonly string[];
  /** What the options leave out: `--exact` moves nothing of it aside. */
  readonly exclude: readonly string[];
  /** Move aside what is not in the set, or is of another kind. */
  readonly isExact: boolean;
}

/** A target, with what of the set goes there. */
export interface RootRestore {
  readonly stored: StoredRoot;
  readonly target: FileTarget;
}

/**
 * Works out where files go. A set says where they came from, and is not asked: only folders that the host's options or the
 * caller name are written to.
 *
 * @throws BackupError `not_found` or `restore_blocked`
 */
export function fileTargets(
  manifest: Manifest,
  configured: readonly FileRoot[],
  selection: FileSelection,
  isExact: boolean,
): RootRestore[] {
  const all = fileRoots(manifest);
  const known = all.map(({ name }) => name);
  const names = selection.roots.length > 0 ? selection.roots : known;
  return [...new Set(names)].map((name) => {
    const record = all.find((root) => root.name === name);
    if (record === undefined) {
      throw rootNotInSet(manifest.name, name, known);
    }
    const root = configured.find((candidate) => candidate.name === name);
    const base =
      selection.to === null ? liveBase(manifest.name, record, root) : join(existingFolder(selection.to), name);
    return {
      stored: storedRoot(manifest, record),
      target: { root: name, base: fromText(base), paths: selection.paths, exclude: root?.exclude ?? [], isExact },
    };
  });
}

function liveBase(set: string, record: FileRootRecord, root: FileRoot | undefined): string {
  if (root === undefined) {
    throw rootNotConfigured(set, record.name);
  }
  const isFolder = statSync(root.path, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder !== undefined && isFolder !== (record.kind === 'folder')) {
    throw rootIsOther(set, record.name);
  }
  if (record.kind === 'file') {
    // its entry in the set has the name that it had, and gets no other
    const path = isFolder === undefined ? root.path : realpathSync(root.path);
    if (basename(path) !== basename(record.path)) {
      throw rootIsOther(set, record.name);
    }
    return existingFolder(dirname(path));
  }
  return isFolder === true ? realpathSync(root.path) : join(existingFolder(dirname(root.path)), basename(root.path));
}

function existingFolder(path: string): string {
  try {
    const real = realpathSync(path);
    if (statSync(real).isDirectory()) {
      return real;
    }
  } catch (error) {
    throw targetMissing(path, error);
  }
  throw targetMissing(path, new Error('it is no folder'));
}
