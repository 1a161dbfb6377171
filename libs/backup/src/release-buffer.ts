/** Buffers up to the size of Node's pool (64 KiB since Node 24) may share their memory with others in there. */
const SMALLEST_RELEASED = Math.max(64 * 1024, Buffer.poolSize + 1);

/**
 * Frees a buffer's memory at once, when it has that to itself; nobody may use the buffer afterwards. The garbage
 * collector counts the handles of buffers, not the megabytes behind them, and lets much pile up.
 */
export function releaseBuffer(chunk: Buffer): void {
  if (chunk.byteOffset === 0 && chunk.buffer.byteLength >= SMALLEST_RELEASED) {
    releaseOwnBuffer(chunk);
  }
}

/** {@link releaseBuffer} of one that is known to have its memory to itself; a second time does nothing. */
export function releaseOwnBuffer({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) {
    buffer.transfer(0);
  }
}
