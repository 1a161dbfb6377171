import { folderOf, type BytePath } from '../byte-path.js';
import type { LiveFolder } from './live-folder.js';
import { attributesBefore, type JournalWriter, type UndoFolder } from './undo-journal.js';

/** What a restore does in folders, written down so that their times can be given back. */
export class FolderChanges {
  private readonly recorded = new Set<BytePath>();

  constructor(
    private readonly live: LiveFolder,
    private readonly undo: UndoFolder,
    private readonly journal: JournalWriter,
  ) {}

  /** The time of a folder, before what is in it changes: that changes the folder's time. */
  recordTime(folder: BytePath): void {
    const found = this.recorded.has(folder) ? null : this.live.look(folder);
    if (found !== null) {
      this.recorded.add(folder);
      this.journal.write(attributesBefore(folder, found));
    }
  }

  moveAside(path: BytePath): void {
    this.recordTime(folderOf(path));
    this.journal.write({ did: 'kept', path });
    this.undo.moveAside(this.live.absolute(path), path);
  }
}
