export const TAR_BLOCK = 512;
/** Ends an archive. */
export const TAR_END = Buffer.alloc(2 * TAR_BLOCK);
/** Bytes that the field of a name holds, and that of a link's target. */
export const TAR_NAME_BYTES = 100;
/** Bytes of a path before the slash that the name follows. */
export const TAR_PREFIX_BYTES = 155;

/** The largest size that eleven octal digits hold. */
const LARGEST_OCTAL = 0o77777777777;

export interface TarHeaderFields {
  /** Cut to {@link TAR_NAME_BYTES}. */
  readonly name: Buffer;
  /** Default: none. */
  readonly prefix?: Buffer;
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds since 1970. */
  readonly time: bigint;
  readonly link: Buffer;
}

/** Bytes after content of this size, up to the next block. */
export function paddingOf(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}

/**
 * The block that stands before an entry of a tar archive of the ustar kind.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
 */
export function tarHeaderBlock(fields: TarHeaderFields): Buffer {
  const block = Buffer.alloc(TAR_BLOCK);
  fields.name.copy(block, 0, 0, TAR_NAME_BYTES);
  writeOctal(block, 100, 8, BigInt(fields.mode));
  writeOctal(block, 108, 8, BigInt(fields.uid));
  writeOctal(block, 116, 8, BigInt(fields.gid));
  writeSize(block, fields.size);
  writeOctal(block, 136, 12, fields.time);
  block.write('        ', 148, 'latin1');
  block.write(fields.type, 156, 'latin1');
  fields.link.copy(block, 157, 0, TAR_NAME_BYTES);
  block.write('ustar\x0000', 257, 'latin1');
  fields.prefix?.copy(block, 345, 0, TAR_PREFIX_BYTES);
  block.write(`${sumOf(block).toString(8).padStart(6, '0')}\x00 `, 148, 'latin1');
  return block;
}

/** Two blocks a file are summed up: by index, which takes a fifth of the time that an iterator does. */
function sumOf(block: Buffer): number {
  let sum = 0;
  for (let at = 0; at < TAR_BLOCK; at += 1) {
    sum += block[at];
  }
  return sum;
}

/** What is too large for octal digits is written in base 256, as GNU tar does and others read. */
function writeSize(block: Buffer, size: number): void {
  if (size <= LARGEST_OCTAL) {
    writeOctal(block, 124, 12, BigInt(size));
    return;
  }
  block[124] = 0x80;
  block.writeBigUInt64BE(BigInt(size), 128);
}

function writeOctal(block: Buffer, at: number, width: number, value: bigint): void {
  block.write(value.toString(8).padStart(width - 1, '0'), at, width - 1, 'latin1');
}
