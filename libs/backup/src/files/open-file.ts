import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import { attributesOf, type FileAttributes } from './file-attributes.js';

/** What a file is at one moment. */
export interface FileFacts extends FileAttributes {
  /** Nanoseconds since 1970, in decimal. */
  readonly ctime: string;
  readonly size: number;
  /** Whether it takes less room on disk than it has bytes. */
  readonly isSparse: boolean;
}

const BLOCK = 512n;
/** Not through a link, and without waiting for somebody to open the other end of a pipe. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A file that is being read, on the calling thread: these threads do nothing else. */
export class OpenFile {
  private constructor(
    private readonly descriptor: number,
    readonly facts: FileFacts,
  ) {}

  /** Null: there is something else by now. */
  static open(path: Buffer): OpenFile | null {
    const descriptor = openSync(path, FLAGS);
    const found = fstatSync(descriptor, { bigint: true });
    if (!found.isFile()) {
      closeSync(descriptor);
      return null;
    }
    return new OpenFile(descriptor, factsOf(found));
  }

  /** Reads up to the buffer's end or the file's; gives the bytes read. */
  read(buffer: Buffer, position: number): number {
    let length = 0;
    while (length < buffer.length) {
      const count = readSync(this.descriptor, buffer, length, buffer.length - length, position + length);
      if (count === 0) {
        break;
      }
      length += count;
    }
    return length;
  }

  /** Whether it was written to since it was opened. */
  hasChanged(): boolean {
    const now = factsOf(fstatSync(this.descriptor, { bigint: true }));
    return now.size !== this.facts.size || now.mtime !== this.facts.mtime || now.ctime !== this.facts.ctime;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function factsOf(found: BigIntStats): FileFacts {
  return {
    ...attributesOf(found),
    ctime: String(found.ctimeNs),
    size: Number(found.size),
    isSparse: found.blocks * BLOCK < found.size,
  };
}
