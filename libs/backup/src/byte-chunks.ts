/** Bytes at hand as a stream of one chunk. */
export async function* single(bytes: Buffer): AsyncIterable<Buffer> {
  yield await Promise.resolve(bytes);
}

/** All bytes of a stream, which has to be a short one; its chunks need not be valid for longer than their turn. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) {
    all.push(Buffer.from(chunk));
  }
  return Buffer.concat(all);
}
