import { paddingOf, TAR_NAME_BYTES, tarHeaderBlock } from '../tar-block.js';
import { toBytes, type BytePath } from './byte-path.js';
import type { FileAttributes } from './file-attributes.js';
import type { IndexEntry } from './index-entry.js';

/** What a header in a bundle says of an entry. */
export interface TarEntry extends FileAttributes {
  readonly path: BytePath;
  readonly type: 'file' | 'folder' | 'symlink';
  /** Of a file. */
  readonly size: number;
  /** Of a symlink. */
  readonly target: BytePath;
}

/** What the header of an entry of an index says. */
export function tarEntryOf(entry: IndexEntry): TarEntry {
  return {
    ...entry,
    size: entry.type === 'file' ? entry.size : 0,
    target: entry.type === 'symlink' ? entry.target : '',
  };
}

const LARGEST_ID = 0o7777777;
const LATEST_TIME = 0o77777777777n;
const TYPES = { file: '0', folder: '5', symlink: '2', extended: 'x' } as const;

/**
 * The header of an entry, the same whenever it is made from the same entry: so a bundle can be compared with its index
 * byte by byte, and need not be understood. It is written here since the libraries know names in UTF-8 only.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13
 */
export function tarHeader(entry: TarEntry): Buffer {
  // `./` keeps names that begin with a minus, and the root itself, what they are
  const path = toBytes(`./${entry.path}${entry.type === 'folder' && entry.path !== '' ? '/' : ''}`);
  const target = toBytes(entry.target);
  const time = BigInt(entry.mtime);
  const seconds = floorDivide(time, 1_000_000_000n);
  const records = extendedRecords(entry, path, target, time, seconds);
  const block = tarHeaderBlock({
    name: path,
    type: TYPES[entry.type],
    mode: entry.mode,
    uid: Math.min(entry.uid, LARGEST_ID),
    gid: Math.min(entry.gid, LARGEST_ID),
    size: entry.type === 'file' ? entry.size : 0,
    time: fitsTime(seconds) ? seconds : 0n,
    link: target,
  });
  if (records.length === 0) {
    return block;
  }
  const extension = tarHeaderBlock({
    name: Buffer.from('././@PaxHeader'),
    type: TYPES.extended,
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: records.length,
    time: 0n,
    link: Buffer.alloc(0),
  });
  return Buffer.concat([extension, records, Buffer.alloc(paddingOf(records.length)), block]);
}

function extendedRecords(entry: TarEntry, path: Buffer, target: Buffer, time: bigint, seconds: bigint): Buffer {
  const nanoseconds = time - seconds * 1_000_000_000n;
  return Buffer.concat([
    ...(path.length > TAR_NAME_BYTES ? [record('path', path)] : []),
    ...(target.length > TAR_NAME_BYTES ? [record('linkpath', target)] : []),
    ...(entry.uid > LARGEST_ID ? [record('uid', Buffer.from(String(entry.uid)))] : []),
    ...(entry.gid > LARGEST_ID ? [record('gid', Buffer.from(String(entry.gid)))] : []),
    ...(nanoseconds > 0n || !fitsTime(seconds) ? [record('mtime', Buffer.from(decimalTime(time)))] : []),
  ]);
}

/** `30 mtime=1763760000.123456789\n`, where the number counts itself. */
function record(keyword: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${keyword}=`), value, Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) {
    length = String(length).length + rest.length;
  }
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

/** Seconds with nine decimal places; `-0.500000000` is half a second before 1970. */
export function decimalTime(time: bigint): string {
  const digits = (time < 0n ? -time : time).toString().padStart(10, '0');
  return `${time < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

function floorDivide(value: bigint, by: bigint): bigint {
  return value >= 0n ? value / by : -((-value + by - 1n) / by);
}

function fitsTime(seconds: bigint): boolean {
  return seconds >= 0n && seconds <= LATEST_TIME;
}
