import { SET_NAME } from '../backup-set/set-name.js';
import { fromText, type BytePath } from './byte-path.js';
import type { FileAttributes } from './file-attributes.js';
import type { FileEntry, IndexEntry, Place } from './index-entry.js';

const TIME = /^-?\d{1,19}$/;
const INODE = /^\d{1,20}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const MOST_PERMISSIONS = 0o7777;
const LAST_OWNER = 0xffffffff;
const LONGEST_KEY = 512;
/** Fields of a file that stand there only where they are true. */
const FLAGS = ['sparse', 'changed', 'retouched'] as const;

type Fields = Readonly<Record<string, unknown>>;
type Attributes = FileAttributes & { readonly path: string };

/**
 * What a line of an index holds, where all of it is as backups write it as a rule: half of what reading an index costs is saved.
 * Null: something is not, and `parseEntry` has to look. Whatever is taken here, it takes, and as the same.
 */
export function plainEntry(line: unknown): IndexEntry | null {
  if (!isFields(line) || !hasAttributes(line)) {
    return null;
  }
  const path = fromText(line.path);
  switch (line.type) {
    case 'file':
      return isFile(line) ? atPath(line, path) : null;
    case 'folder':
      return hasBundle(line) && hasInode(line) && has(line, 8) ? { ...line, path, type: 'folder' } : null;
    case 'symlink':
      return hasBundle(line) && hasTarget(line) && has(line, 8)
        ? { ...line, path, type: 'symlink', target: fromText(line.target) }
        : null;
    default:
      return null;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether that is all there is: each was found before. */
function has(fields: Fields, count: number): boolean {
  return Object.keys(fields).length === count;
}

function hasAttributes(fields: Fields): fields is Fields & Attributes {
  const { path, mode, uid, gid, mtime } = fields;
  return (
    typeof path === 'string' &&
    isCount(mode) &&
    mode <= MOST_PERMISSIONS &&
    isOwner(uid) &&
    isOwner(gid) &&
    matches(mtime, TIME)
  );
}

function isFile(fields: Fields & Attributes): fields is Fields & FileEntry {
  const { type, ctime, size, sha256, bytes } = fields;
  const flags = FLAGS.filter((flag) => fields[flag] === true).length;
  return (
    type === 'file' &&
    matches(ctime, TIME) &&
    isCount(size) &&
    matches(sha256, SHA256) &&
    Array.isArray(bytes) &&
    bytes.length > 0 &&
    bytes.every(isPlace) &&
    has(fields, 10 + flags)
  );
}

/** As it is, where its text and its bytes are the same: millions of copies are garbage. */
function atPath(file: FileEntry, path: BytePath): FileEntry {
  return file.path === path ? file : { ...file, path };
}

function hasBundle(fields: Fields & Attributes): fields is Fields & Attributes & { readonly bundle: Place } {
  return isPlace(fields.bundle);
}

function hasInode<T extends Fields>(fields: T): fields is T & { readonly inode: string } {
  return matches(fields.inode, INODE);
}

function hasTarget<T extends Fields>(fields: T): fields is T & { readonly target: BytePath } {
  return typeof fields.target === 'string';
}

function isPlace(value: unknown): value is Place {
  if (!isFields(value)) {
    return false;
  }
  const { set, object, at, length } = value;
  return (
    typeof object === 'string' &&
    object.length > 0 &&
    object.length <= LONGEST_KEY &&
    isCount(at) &&
    isCount(length) &&
    (set === undefined ? has(value, 3) : matches(set, SET_NAME) && has(value, 4))
  );
}

function isOwner(value: unknown): value is number {
  return isCount(value) && value <= LAST_OWNER;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}
