import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { releaseOwnBuffer } from '../release-buffer.js';

const READ = 256 * 1024;

/**
 * Reads a file while the calling thread waits, which takes less than asking another one for each piece. All pieces are the
 * same memory: each is valid until the next is asked for.
 */
export async function* readInPlace(path: string, signal?: AbortSignal): AsyncIterable<Buffer> {
  const descriptor = openSync(path, 'r');
  const { size } = fstatSync(descriptor);
  const buffer = Buffer.allocUnsafeSlow(Math.min(size, READ));
  try {
    for (let done = 0; done < size;) {
      const length = readSync(descriptor, buffer);
      if (length === 0) {
        return;
      }
      done += length;
      yield buffer.subarray(0, length);
      if (done < size) {
        // a cancellation comes in
        await nextTurn();
        signal?.throwIfAborted();
      }
    }
  } finally {
    closeSync(descriptor);
    releaseOwnBuffer(buffer);
  }
}
