/** Smaller buffers may share their memory with others in Node's pool. */
const SMALLEST_RELEASED = 64 * 1024;

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
