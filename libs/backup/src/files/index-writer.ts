import type { ObjectRecord } from '../backup-set/manifest.js';
import { objectSuffix, type ObjectFormat } from '../backup-set/object-format.js';
import { ObjectWriter } from '../backup-set/object-writer.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { IndexCopy } from './index-copy.js';

/** Bytes of lines that are compressed at a time. */
const CHUNK = 256 * 1024;

export function indexKey(folder: string, format: ObjectFormat): string {
  return `${folder}/index.jsonl${objectSuffix(format)}`;
}

/** Writes a root's index, from pieces that come in the order of the entries. */
export class IndexWriter {
  private readonly key: string;
  private readonly writer: ObjectWriter;
  private readonly copy: IndexCopy | null;

  /** @param copy path of a copy that this host can read; null: none is wanted */
  constructor(
    storage: BackupStorage,
    set: string,
    folder: string,
    format: ObjectFormat,
    copy: string | null,
    signal: AbortSignal,
  ) {
    this.copy = copy === null ? null : new IndexCopy(copy);
    this.key = indexKey(folder, format);
    this.writer = new ObjectWriter(storage, `${set}/${this.key}`, format, signal);
  }

  async add(lines: Buffer): Promise<void> {
    for (let at = 0; at < lines.length; at += CHUNK) {
      const chunk = lines.subarray(at, at + CHUNK);
      this.copy?.add(chunk);
      if (!this.writer.write(chunk)) {
        await this.writer.drained();
      }
    }
  }

  async close(): Promise<ObjectRecord> {
    const record = { ...(await this.writer.close()), key: this.key };
    this.copy?.complete();
    return record;
  }

  async abort(): Promise<void> {
    this.copy?.abort();
    await this.writer.abort();
  }
}
