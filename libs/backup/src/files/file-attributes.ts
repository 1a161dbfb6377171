import { chmodSync, chownSync, lchownSync, lutimesSync, utimesSync, type BigIntStats } from 'node:fs';

/** What an entry has besides its content, and gets back from a restore. */
export interface FileAttributes {
  /** Permissions, with the bits for set-user-ID, set-group-ID and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Nanoseconds since 1970, in decimal. */
  readonly mtime: string;
}

/** Seconds in a double are exact to a quarter of a microsecond now: Node takes nothing finer. */
const TOLERANCE = 500n;
const PERMISSIONS = 0o7777n;

/** Only root can give files away. */
function givesOwners(): boolean {
  return process.geteuid?.() === 0;
}

/** Whether there is nothing to set. */
export function hasAttributes(found: BigIntStats, { mode, uid, gid, mtime }: FileAttributes): boolean {
  return (
    (found.isSymbolicLink() || Number(found.mode & PERMISSIONS) === mode) &&
    (!givesOwners() || (Number(found.uid) === uid && Number(found.gid) === gid)) &&
    hasTime(found, { mtime })
  );
}

/** Whether it was last written to then, as exactly as that can be set. */
export function hasTime(found: BigIntStats, { mtime }: Pick<FileAttributes, 'mtime'>): boolean {
  const difference = found.mtimeNs - BigInt(mtime);
  return difference < TOLERANCE && difference > -TOLERANCE;
}

/** Sets what a file or folder has. The owner comes first: giving a file away takes the bits for set-user-ID from it. */
export function setAttributes(path: Buffer, { mode, uid, gid, mtime }: FileAttributes): void {
  if (givesOwners()) {
    chownSync(path, uid, gid);
  }
  chmodSync(path, mode);
  const time = asTime(mtime);
  utimesSync(path, time, time);
}

/** Links have no permissions of their own. */
export function setLinkAttributes(path: Buffer, { uid, gid, mtime }: FileAttributes): void {
  if (givesOwners()) {
    lchownSync(path, uid, gid);
  }
  const time = asTime(mtime);
  lutimesSync(path, time, time);
}

export function attributesOf(found: BigIntStats): FileAttributes {
  return {
    mode: Number(found.mode & PERMISSIONS),
    uid: Number(found.uid),
    gid: Number(found.gid),
    mtime: String(found.mtimeNs),
  };
}

/** A negative number of seconds means now to Node, and a date before 1970 does not. */
function asTime(mtime: string): number | Date {
  const time = Number(mtime);
  return time < 0 ? new Date(time / 1e6) : time / 1e9;
}
