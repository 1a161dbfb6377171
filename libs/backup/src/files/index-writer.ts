import type { ObjectRecord } from '../backup-set/manifest.js';
import { objectSuffix, type ObjectFormat } from '../backup-set/object-format.js';
import { ObjectWriter } from '../backup-set/object-writer.js';
import type { BackupStorage } from '../storage/backup-storage.js';

/** Bytes of lines that are compressed at a time. */
const CHUNK = 256 * 1024;

export function indexKey(folder: string, format: ObjectFormat): string {
  return `${folder}/index.jsonl${objectSuffix(format)}`;
}

/** Writes a root's index, from pieces that come in the order of the entries. */
export class IndexWriter {
  private readonly key: string;
  private readonly writer: ObjectWriter;

  constructor(storage: BackupStorage, set: string, folder: string, format: ObjectFormat, signal: AbortSignal) {
    this.key = indexKey(folder, format);
    this.writer = new ObjectWriter(storage, `${set}/${this.key}`, format, signal);
  }

  async add(lines: Buffer): Promise<void> {
    for (let at = 0; at < lines.length; at += CHUNK) {
      if (!this.writer.write(lines.subarray(at, at + CHUNK))) {
        await this.writer.drained();
      }
    }
  }

  async close(): Promise<ObjectRecord> {
    return { ...(await this.writer.close()), key: this.key };
  }

  async abort(): Promise<void> {
    await this.writer.abort();
  }
}
