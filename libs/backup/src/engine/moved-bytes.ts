/** What is moved with a message: bytes that have their memory to themselves, and are gone here afterwards. */
export function memoryOf(moved: readonly Uint8Array[]): ArrayBuffer[] {
  return moved.map(({ buffer, length }) => {
    if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== length) {
      throw new Error('bytes that share their memory cannot be moved to another thread');
    }
    return buffer;
  });
}
