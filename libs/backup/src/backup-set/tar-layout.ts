import { paddingOf, TAR_BLOCK, TAR_END, TAR_NAME_BYTES, TAR_PREFIX_BYTES, tarHeaderBlock } from '../tar-block.js';

/** Something that stands in an archive. */
export interface TarMember {
  /** Path in the archive. */
  readonly name: string;
  readonly size: number;
}

/** A piece of an archive that is made of one thing. */
export type TarPiece =
  | { readonly kind: 'bytes'; readonly length: number; readonly bytes: () => Buffer }
  | { readonly kind: 'member'; readonly length: number; readonly index: number };

/** Part of a piece: bytes `from` to `to`, which is no longer part of it. */
export interface TarSlice {
  readonly piece: TarPiece;
  readonly from: number;
  readonly to: number;
}

/**
 * A tar archive that is known to the byte before any member is read: so it can be sent from anywhere in it, and has the
 * same bytes each time.
 */
export class TarLayout {
  /** Bytes of the archive. */
  readonly size: number;
  private readonly pieces: readonly TarPiece[];

  /** @param modifiedAt what the members say they were changed at */
  constructor(members: readonly TarMember[], modifiedAt: Date) {
    this.pieces = [
      ...members.flatMap((member, index) => memberPieces(member, index, modifiedAt)),
      { kind: 'bytes', length: TAR_END.length, bytes: () => TAR_END },
    ];
    this.size = this.pieces.reduce((sum, { length }) => sum + length, 0);
  }

  /** What the bytes from `start` up to `end`, exclusive, are made of, in order. */
  *slices(start: number, end: number): Iterable<TarSlice> {
    let offset = 0;
    for (const piece of this.pieces) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, piece.length);
      if (from < to) {
        yield { piece, from, to };
      }
      offset += piece.length;
      if (offset >= end) {
        return;
      }
    }
  }
}

function memberPieces(member: TarMember, index: number, modifiedAt: Date): TarPiece[] {
  const padding = paddingOf(member.size);
  return [
    { kind: 'bytes', length: TAR_BLOCK, bytes: () => memberHeader(member, modifiedAt) },
    { kind: 'member', length: member.size, index },
    { kind: 'bytes', length: padding, bytes: () => Buffer.alloc(padding) },
  ];
}

function memberHeader({ name, size }: TarMember, modifiedAt: Date): Buffer {
  return tarHeaderBlock({
    ...splitName(Buffer.from(name, 'latin1')),
    type: '0',
    mode: 0o600,
    uid: 0,
    gid: 0,
    size,
    time: BigInt(Math.floor(modifiedAt.getTime() / 1000)),
    link: Buffer.alloc(0),
  });
}

/** A name of more than a hundred bytes is cut in two at a slash. */
function splitName(name: Buffer): { readonly name: Buffer; readonly prefix?: Buffer } {
  if (name.length <= TAR_NAME_BYTES) {
    return { name };
  }
  const cut = name.indexOf('/', name.length - TAR_NAME_BYTES - 1);
  if (cut === -1 || cut > TAR_PREFIX_BYTES) {
    throw new RangeError(`${name.toString()} does not fit into the header of a tar archive`);
  }
  return { name: name.subarray(cut + 1), prefix: name.subarray(0, cut) };
}
