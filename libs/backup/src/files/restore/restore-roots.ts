import { lstatSync, mkdirSync, statfsSync } from 'node:fs';
import { folderOf, toBytes, toText } from '../byte-path.js';
import { withGroups, type ReadingOptions } from '../stored-roots.js';
import { FilePool } from '../threads/file-pool.js';
import type { Comparison } from './compare-entries.js';
import { kindsDiffer, noSpace, nothingMatches } from './file-restore.errors.js';
import type { FileTarget, RootRestore } from './file-targets.js';
import { attributesBefore, UndoFolder } from './undo-journal.js';

/** What a restore would do with the files of a root. */
export interface FilePreview {
  readonly root: string;
  /** The folder that they go to. */
  readonly target: string;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** There now, and neither changed nor unchanged: they stay, or with `exact` are moved aside where they are not in the set. */
  readonly left: number;
  /** Bytes to write. */
  readonly bytes: number;
  /** What is a folder in the backup and something else now, or the other way round: refused, unless `exact`. */
  readonly conflicts: readonly string[];
}

export interface RestoreRootsOptions extends ReadingOptions {
  readonly restores: readonly RootRestore[];
}

/** How many paths a message or a preview names. */
const SHOWN = 10;

/** Compares the files of roots with what is there. */
export async function previewRoots(options: RestoreRootsOptions): Promise<FilePreview[]> {
  const previews: FilePreview[] = [];
  for (const restore of options.restores) {
    const { target } = restore;
    const all = await compare(options, restore, false);
    const there = all.changed + all.unchanged;
    previews.push({
      root: target.root,
      target: toText(target.base),
      added: all.added,
      changed: all.changed,
      unchanged: all.unchanged,
      left: Math.max(0, (await countFiles(options, restore)) - there),
      bytes: all.bytes,
      conflicts: all.conflicts.slice(0, SHOWN),
    });
  }
  assertSomethingMatches(options.restores, previews);
  return previews;
}

/**
 * Everything that can be known to fail is found here, before anything is written: the index is read to its end.
 *
 * @throws BackupError `restore_blocked`, `not_found` or `damaged`
 */
export async function checkRoots(options: RestoreRootsOptions): Promise<void> {
  const comparisons: Comparison[] = [];
  for (const restore of options.restores) {
    const { target } = restore;
    const all = await compare(options, restore, true);
    if (all.conflicts.length > 0 && !target.isExact) {
      const more = Math.max(0, all.conflicts.length - SHOWN);
      throw kindsDiffer(target.root, all.conflicts.slice(0, SHOWN), more);
    }
    const { bavail, bsize } = statfsSync(existingFolder(target));
    if (all.bytes > bavail * bsize) {
      throw noSpace(target.root, all.bytes, bavail * bsize);
    }
    comparisons.push(all);
  }
  assertSomethingMatches(options.restores, comparisons);
}

/**
 * Restores files into place. What is replaced is kept for undoing; when anything fails, what was done is taken back.
 *
 * @param operation 32 hex digits
 */
export async function restoreRoots(options: RestoreRootsOptions, operation: string): Promise<void> {
  const { restores } = options;
  try {
    for (const restore of restores) {
      prepare(restore.target, operation);
      let number = 0;
      await withGroups(options, restore.stored, async (pool, group) => {
        number += 1;
        await pool.run({ kind: 'write', group, target: restore.target, operation, number });
      });
      await withThread(options, (pool) => pool.run({ kind: 'finish', ...restore, operation }));
    }
    for (const { target } of restores) {
      new UndoFolder(target.base, operation).complete();
    }
  } catch (error) {
    await takeRootsBack(
      options,
      restores.map(({ target }) => target),
      operation,
    );
    throw error;
  }
}

/** Takes a restore back, of every folder it has been in. */
export async function takeRootsBack(
  options: Pick<ReadingOptions, 'storageConfiguration' | 'load'>,
  targets: readonly Pick<FileTarget, 'base'>[],
  operation: string,
): Promise<void> {
  // nobody cancels that
  const { signal } = new AbortController();
  await withThread({ ...options, identities: new Map(), signal }, async (pool) => {
    for (const { base } of targets.toReversed()) {
      await pool.run({ kind: 'take back', base, operation });
    }
  });
}

type ThreadOptions = Pick<ReadingOptions, 'storageConfiguration' | 'identities' | 'load' | 'signal'>;

async function withThread<T>(options: ThreadOptions, work: (pool: FilePool) => Promise<T>): Promise<T> {
  const { storageConfiguration: storage, identities, load, signal } = options;
  const pool = new FilePool(1, { storage, identities, load }, () => undefined, signal);
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}

async function compare(
  options: ReadingOptions,
  { stored, target }: RootRestore,
  isQuick: boolean,
): Promise<Comparison> {
  let total: Comparison = { added: 0, changed: 0, unchanged: 0, bytes: 0, conflicts: [] };
  await withGroups(options, stored, async (pool, group) => {
    const part = await pool.run({ kind: 'compare', group, target, isQuick });
    total = {
      added: total.added + part.added,
      changed: total.changed + part.changed,
      unchanged: total.unchanged + part.unchanged,
      bytes: total.bytes + part.bytes,
      conflicts: [...total.conflicts, ...part.conflicts],
    };
  });
  // groups are compared in any order
  return { ...total, conflicts: total.conflicts.toSorted() };
}

/** Files and links that are there now, of what a backup would take. */
async function countFiles(options: ReadingOptions, { stored, target }: RootRestore): Promise<number> {
  if (stored.record.kind === 'file' || lstatSync(toBytes(target.base), { throwIfNoEntry: false }) === undefined) {
    return 0;
  }
  const root = { name: target.root, path: toText(target.base), exclude: target.exclude };
  const scan = { root, forbidden: [], allowPartial: true };
  const { others } = await withThread(options, (pool) => pool.run({ kind: 'measure', scan }));
  return others;
}

function assertSomethingMatches(
  restores: readonly RootRestore[],
  found: readonly Pick<Comparison, 'added' | 'changed' | 'unchanged'>[],
): void {
  const paths = restores.flatMap(({ target }) => target.paths);
  if (paths.length > 0 && found.every(({ added, changed, unchanged }) => added + changed + unchanged === 0)) {
    throw nothingMatches([...new Set(paths)]);
  }
}

/** Makes the folder, if that is missing, and the one that keeps what is replaced. */
function prepare({ base }: FileTarget, operation: string): void {
  const before = lstatSync(toBytes(base), { bigint: true, throwIfNoEntry: false });
  if (before === undefined) {
    mkdirSync(toBytes(base), { mode: 0o700 });
  }
  const undo = new UndoFolder(base, operation);
  undo.make();
  const journal = undo.open('first');
  try {
    journal.write(before === undefined ? { did: 'added', path: '' } : attributesBefore('', before));
  } finally {
    journal.close();
  }
}

function existingFolder({ base }: FileTarget): Buffer {
  return toBytes(lstatSync(toBytes(base), { throwIfNoEntry: false }) === undefined ? folderOf(base) : base);
}
