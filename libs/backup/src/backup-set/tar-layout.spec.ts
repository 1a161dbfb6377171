import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { TarLayout, type TarMember } from './tar-layout.js';

const TIME = new Date('2026-11-22T10:00:00Z');
const LONG = `20261121T221005Z-database-3f9c2a/database/${'d'.repeat(64)}/${'t'.repeat(64)}.00001.sql.zst.age`;
const MEMBERS: TarMember[] = [
  { name: 'set/empty', size: 0 },
  { name: 'set/one-block', size: 512 },
  { name: 'set/more', size: 1300 },
  { name: LONG, size: 7 },
];

/** Bytes of an archive whose members are filled with their index. */
function bytesOf(layout: TarLayout, start = 0, end = layout.size): Buffer {
  const parts = [...layout.slices(start, end)].map(({ piece, from, to }) =>
    piece.kind === 'bytes' ? piece.bytes().subarray(from, to) : Buffer.alloc(to - from, piece.index),
  );
  return Buffer.concat(parts);
}

describe('TarLayout', () => {
  it('is an archive that others can read', async () => {
    const found: unknown[] = [];
    for await (const entry of Readable.from([bytesOf(new TarLayout(MEMBERS, TIME))]).pipe(extract())) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      const { name, size, mtime, type } = entry.header;
      found.push({ name, size, mtime, type, content: Buffer.concat(chunks) });
    }
    expect(found).toEqual(
      MEMBERS.map(({ name, size }, index) => ({
        name,
        size,
        mtime: TIME,
        type: 'file',
        content: Buffer.alloc(size, index),
      })),
    );
  });

  it('has the same bytes from wherever it is begun', () => {
    const layout = new TarLayout(MEMBERS, TIME);
    const whole = bytesOf(layout);
    expect(whole).toHaveLength(layout.size);
    for (const [start, end] of [
      [0, 1],
      [511, 513],
      [600, 1100],
      [1024, 1536],
      [2047, 3000],
      [layout.size - 1, layout.size],
    ]) {
      expect(bytesOf(layout, start, end)).toEqual(whole.subarray(start, end));
    }
  });

  it('tells sizes above eight gibibytes', async () => {
    const size = 9 * 1024 ** 3 + 1;
    const layout = new TarLayout([{ name: 'set/large', size }], TIME);
    expect(layout.size).toBe(512 + size + 511 + 1024);
    const reader = extract();
    const header = new Promise((resolve) => reader.on('entry', resolve));
    reader.write(bytesOf(layout, 0, 512));
    expect(await header).toMatchObject({ name: 'set/large', size });
    reader.destroy();
  });
});
