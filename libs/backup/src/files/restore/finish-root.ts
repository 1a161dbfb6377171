import { renameSync, symlinkSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SetIdentities } from '../../encryption/set-key.js';
import type { ThreadContext } from '../../engine/serve-thread.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import { comesBefore, folderOf, isBelow, joinPaths, toBytes, toText, type BytePath } from '../byte-path.js';
import type { FolderEntry, IndexEntry, SymlinkEntry } from '../index-entry.js';
import { IndexReader, storedIndex, type StoredRoot } from '../index-reader.js';
import { pathMatcher } from '../root-pattern.js';
import { scanRoot, type ScannedEntry } from '../scan-root.js';
import { temporaryName } from '../scratch-names.js';
import { chooser, isSameLink } from './compare-entries.js';
import { hasAttributes, setAttributes, setLinkAttributes } from '../file-attributes.js';
import { FolderChanges } from './folder-changes.js';
import type { FileTarget } from './file-targets.js';
import { LiveFolder } from './live-folder.js';
import { addedFolders, readJournal } from './read-journal.js';
import { attributesBefore, UndoFolder, type JournalWriter } from './undo-journal.js';
import { writing } from './writing.js';

export interface FinishOptions {
  readonly stored: StoredRoot;
  readonly target: FileTarget;
  /** 32 hex digits. */
  readonly operation: string;
}

/**
 * The last pass over a root, in path order, when all files are there: what is not in the set is moved aside, if that is
 * wanted, links are made, and folders get their permissions and times when everything in them is done.
 */
export async function finishRoot(
  storage: BackupStorage,
  options: FinishOptions,
  identities: SetIdentities,
  context: ThreadContext,
): Promise<void> {
  const reader = new IndexReader(options.stored, storedIndex(storage, options.stored, identities), context.signal);
  const finisher = new RootFinisher(options);
  try {
    for (let isLast = false; !isLast;) {
      const group = await reader.next();
      ({ isLast } = group);
      for (const entry of group.entries) {
        finisher.add(entry);
      }
      await nextTurn();
      context.signal.throwIfAborted();
    }
    finisher.finish();
  } finally {
    finisher.close();
    await reader.close();
  }
}

class RootFinisher {
  private readonly live: LiveFolder;
  private readonly undo: UndoFolder;
  private readonly journal: JournalWriter;
  private readonly changes: FolderChanges;
  private readonly isChosen: (entry: IndexEntry) => boolean;
  /** Folders that the restore made on its way to what was chosen. */
  private readonly madeOnTheWay: ReadonlySet<BytePath>;
  private readonly strangers: Strangers | null;
  /** Folders whose entries are not all done. */
  private readonly open: FolderEntry[] = [];
  private links = 0;

  constructor(private readonly options: FinishOptions) {
    const { target, operation, stored } = options;
    this.live = new LiveFolder(target.base);
    this.undo = new UndoFolder(target.base, operation);
    this.journal = this.undo.open('last');
    this.changes = new FolderChanges(this.live, this.undo, this.journal);
    this.isChosen = chooser(target);
    this.madeOnTheWay = target.paths.length === 0 ? new Set() : this.addedFolders();
    this.strangers = target.isExact && stored.record.kind === 'folder' ? new Strangers(target, this.moveAside) : null;
  }

  add(entry: IndexEntry): void {
    // what is moved out of a folder changes its time
    this.strangers?.moveBefore(entry.path);
    while (this.open.length > 0 && !isBelow(entry.path, this.open[this.open.length - 1].path)) {
      this.closeFolder();
    }
    if (entry.type === 'folder') {
      this.open.push(entry);
    } else if (entry.type === 'symlink' && this.isChosen(entry)) {
      writing(entry.path, () => {
        this.makeLink(entry);
      });
    }
  }

  finish(): void {
    this.strangers?.moveBefore(null);
    while (this.open.length > 0) {
      this.closeFolder();
    }
  }

  close(): void {
    this.journal.close();
  }

  private makeLink({ path, target, ...attributes }: SymlinkEntry): void {
    const live = this.live.absolute(path);
    const found = this.live.look(path);
    if (found !== null && isSameLink(this.live, path, found, target)) {
      if (!hasAttributes(found, attributes)) {
        this.journal.write(attributesBefore(path, found));
        setLinkAttributes(live, attributes);
      }
      return;
    }
    this.live.make(folderOf(path), (missing) => {
      this.journal.write({ did: 'added', path: missing });
    });
    this.changes.recordTime(folderOf(path));
    const temporary = temporaryName(this.options.operation, `link-${String(this.links)}`);
    const beside = this.live.absolute(joinPaths(folderOf(path), temporary));
    this.journal.write({ did: found === null ? 'added' : 'kept', path, temporary });
    symlinkSync(toBytes(target), beside);
    setLinkAttributes(beside, attributes);
    if (found?.isDirectory() === true) {
      this.undo.moveAside(live, path);
    } else if (found !== null) {
      this.undo.keep(live, path);
    }
    renameSync(beside, live);
    this.links += 1;
  }

  private closeFolder(): void {
    const folder = this.open.pop();
    if (folder === undefined || !(this.isChosen(folder) || this.madeOnTheWay.has(folder.path))) {
      return;
    }
    writing(folder.path, () => {
      const found = this.live.look(folder.path);
      if (found?.isDirectory() === true && !hasAttributes(found, folder)) {
        this.journal.write(attributesBefore(folder.path, found));
        setAttributes(this.live.absolute(folder.path), folder);
      }
    });
  }

  private readonly moveAside = (path: BytePath): void => {
    // a link may stand by now where it was found: what that leads to is nobody's here
    if (this.live.look(path) === null) {
      return;
    }
    writing(path, () => {
      this.changes.moveAside(path);
    });
  };

  private addedFolders(): Set<BytePath> {
    return new Set(addedFolders(readJournal(this.undo)));
  }
}

/** Finds what is there and not in the set: both are walked in path order, side by side. */
class Strangers {
  private readonly scan: Generator<ScannedEntry>;
  private readonly matches: (path: BytePath) => boolean;
  private next: ScannedEntry | undefined;

  constructor(
    private readonly target: FileTarget,
    private readonly moveAside: (path: BytePath) => void,
  ) {
    const root = { name: target.root, path: toText(target.base), exclude: target.exclude };
    this.scan = scanRoot({ root, forbidden: [], allowPartial: true }, () => undefined);
    this.matches = pathMatcher(target.paths);
    this.next = this.advance();
  }

  /** Moves aside what comes before the next entry of the set; null: the set is over. */
  moveBefore(path: BytePath | null): void {
    while (this.next !== undefined && (path === null || comesBefore(this.next.path, path))) {
      // what is below a folder that was moved has gone with it
      const stranger = this.next.path;
      if (this.target.paths.length === 0 || this.matches(stranger)) {
        this.moveAside(stranger);
      }
      this.next = this.advance();
    }
    if (this.next?.path === path) {
      this.next = this.advance();
    }
  }

  private advance(): ScannedEntry | undefined {
    return (this.scan.next() as IteratorResult<ScannedEntry, undefined>).value;
  }
}
