import { renameSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readObject } from '../../backup-set/object-reader.js';
import type { HeldObject } from '../../backup-set/set-objects.js';
import type { SetIdentities } from '../../encryption/set-key.js';
import type { ThreadContext } from '../../engine/serve-thread.js';
import type { BackupStorage } from '../../storage/backup-storage.js';
import { folderOf, joinPaths, type BytePath } from '../byte-path.js';
import { contentsIn, headersIn } from '../bundle-contents.js';
import { entriesIn, partsOf, type GroupOfSet } from '../check-entries.js';
import { contentDiffers } from '../files.errors.js';
import { bundlePlace, FRAME_BYTES, type FileEntry } from '../index-entry.js';
import { temporaryName } from '../scratch-names.js';
import { chooser, entryState } from './compare-entries.js';
import { FileBeingWritten } from './file-being-written.js';
import { hasAttributes, setAttributes } from '../file-attributes.js';
import type { FileTarget } from './file-targets.js';
import { FolderChanges } from './folder-changes.js';
import { LiveFolder } from './live-folder.js';
import { attributesBefore, UndoFolder, type JournalWriter } from './undo-journal.js';
import { writing } from './writing.js';

export interface WriteOptions {
  readonly group: GroupOfSet;
  readonly target: FileTarget;
  /** 32 hex digits. */
  readonly operation: string;
  /** Of the group among those of the root. */
  readonly number: number;
}

/** Makes the folders of a group and writes its files: each beside its place and renamed into it, if it is not there yet. */
export async function writeEntries(
  storage: BackupStorage,
  options: WriteOptions,
  identities: SetIdentities,
  context: ThreadContext,
): Promise<void> {
  const writer = new EntryWriter(storage, options, identities, context);
  try {
    await writer.run();
  } finally {
    writer.close();
  }
}

class EntryWriter {
  private readonly live: LiveFolder;
  private readonly undo: UndoFolder;
  private readonly journal: JournalWriter;
  private readonly changes: FolderChanges;
  private file: FileBeingWritten | null = null;
  private temporaries = 0;

  constructor(
    private readonly storage: BackupStorage,
    private readonly options: WriteOptions,
    private readonly identities: SetIdentities,
    private readonly context: ThreadContext,
  ) {
    const { target, operation, number } = options;
    this.live = new LiveFolder(target.base);
    this.undo = new UndoFolder(target.base, operation);
    this.journal = this.undo.open(String(number).padStart(8, '0'));
    this.changes = new FolderChanges(this.live, this.undo, this.journal);
  }

  async run(): Promise<void> {
    const wanted: FileEntry[] = [];
    for (const entry of this.options.group.entries.filter(chooser(this.options.target))) {
      if (entry.type === 'folder') {
        writing(entry.path, () => {
          this.makeFolder(entry.path);
        });
      } else if (entry.type === 'file' && (await this.isWanted(entry))) {
        wanted.push(entry);
      }
    }
    const { set, objects } = this.options.group;
    for (const object of objects) {
      await this.writeBundled(object, entriesIn({ set, entries: wanted }, object));
    }
    for (const entry of wanted.filter((candidate) => bundlePlace(candidate) === null)) {
      await this.writeLarge(entry);
    }
  }

  close(): void {
    this.file?.discard();
    this.journal.close();
  }

  private async isWanted(entry: FileEntry): Promise<boolean> {
    const state = await entryState(this.live, entry, false, this.context);
    if (state !== 'unchanged') {
      return true;
    }
    const found = this.live.look(entry.path);
    if (found !== null && !hasAttributes(found, entry)) {
      writing(entry.path, () => {
        this.journal.write(attributesBefore(entry.path, found));
        setAttributes(this.live.absolute(entry.path), entry);
      });
    }
    return false;
  }

  /** Something else in its place is moved aside: that there is leave for it was checked. */
  private makeFolder(path: BytePath): void {
    const found = this.live.look(path);
    if (found !== null && !found.isDirectory() && this.options.target.isExact) {
      this.changes.moveAside(path);
    }
    this.live.make(path, (missing) => {
      this.journal.write({ did: 'added', path: missing });
    });
  }

  private async writeBundled(object: HeldObject, entries: readonly FileEntry[]): Promise<void> {
    if (entries.length === 0) {
      return;
    }
    const write = contentsIn(entries, (entry) => {
      const file = this.begin(entry);
      this.file = file;
      return {
        write: (bytes) => {
          file.write(bytes);
        },
        end: () => {
          this.finish(file, object);
        },
      };
    });
    const checkHeaders = this.headerCheck(object);
    await this.read(object, async (chunk) => {
      checkHeaders(chunk);
      write(chunk);
      await this.breathe(chunk.length);
    });
  }

  /** Those in a bundle of an earlier set may be out of date by now. */
  private headerCheck(object: HeldObject): (chunk: Buffer) => void {
    const { group } = this.options;
    return headersIn(object.set === group.set ? entriesIn(group, object) : [], ({ path }) =>
      contentDiffers(object.set, object.key, path),
    );
  }

  private async writeLarge(entry: FileEntry): Promise<void> {
    const file = this.begin(entry);
    this.file = file;
    const parts = partsOf(this.options.group, entry);
    for (const object of parts) {
      await this.read(object, async (chunk) => {
        file.write(chunk);
        await this.breathe(chunk.length);
      });
    }
    this.finish(file, parts[0]);
  }

  private read(object: HeldObject, consume: (chunk: Buffer) => Promise<void>): Promise<void> {
    const identity = this.identities.get(object.set) ?? null;
    return readObject(this.storage, object, identity, consume, this.context.signal, FRAME_BYTES);
  }

  private begin(entry: FileEntry): FileBeingWritten {
    return writing(entry.path, () => {
      const folder = folderOf(entry.path);
      this.live.make(folder, (missing) => {
        this.journal.write({ did: 'added', path: missing });
      });
      const isThere = this.live.look(entry.path) !== null;
      this.changes.recordTime(folder);
      this.temporaries += 1;
      const label = `${String(this.options.number)}-${String(this.temporaries)}`;
      const temporary = temporaryName(this.options.operation, label);
      this.journal.write({ did: isThere ? 'kept' : 'added', path: entry.path, temporary });
      return new FileBeingWritten(entry, this.live.absolute(joinPaths(folder, temporary)));
    });
  }

  /** From here on the file is the new one, and until here the old one. */
  private finish(file: FileBeingWritten, source: HeldObject): void {
    const { entry } = file;
    if (!file.isWhole()) {
      throw contentDiffers(source.set, source.key, entry.path);
    }
    writing(entry.path, () => {
      file.close();
      const found = this.live.look(entry.path);
      if (found?.isDirectory() === true) {
        this.undo.moveAside(this.live.absolute(entry.path), entry.path);
      } else if (found !== null) {
        this.undo.keep(this.live.absolute(entry.path), entry.path);
      }
      renameSync(file.path, this.live.absolute(entry.path));
      this.file = null;
    });
  }

  private async breathe(bytes: number): Promise<void> {
    this.context.progress.add(bytes, 0);
    this.context.pace.spend(bytes);
    await this.context.pace.due(this.context.signal);
    await nextTurn();
    this.context.signal.throwIfAborted();
  }
}
