/** Buffers up to the size of Node's pool (64 KiB since Node 24) may share their memory with others in there. */
const SMALLEST_RELEASED = Math.max(64 * 1024, Buffer.poolSize + 1);

/**
 * Frees a buffer's memory at once, when it has that to itself; nobody may use the buffer afterwards. The garbage
 * collector counts the handles of buffers, not the megabytes behind them, and lets much pile up.
 */
export function releaseBuffer(chunk: Buffer): void {
  const { buffer } = chunk;
  if (buffer instanceof ArrayBuffer && chunk.byteOffset === 0 && buffer.byteLength >= SMALLEST_RELEASED) {
    buffer.transfer(0);
  }
}
