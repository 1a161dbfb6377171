/** Bytes at hand as a stream of one chunk. */
export async function* single(bytes: Buffer): AsyncIterable<Buffer> {
  yield await Promise.resolve(bytes);
}

/** All bytes of a stream, which has to be a short one. */
export async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) {
    all.push(chunk);
  }
  return Buffer.concat(all);
}
