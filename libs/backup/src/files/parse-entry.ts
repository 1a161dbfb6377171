import { z } from 'zod';
import { SET_NAME } from '../backup-set/set-name.js';
import type { IndexEntry } from './index-entry.js';
import { jsonBytes } from './json-bytes.js';

const count = z.number().int().nonnegative();
/** Number of an account or a group, as file systems have it. */
const owner = count.max(0xffffffff);
/** Nanoseconds since 1970, in decimal. */
const time = z.string().regex(/^-?\d{1,19}$/, 'not a time');

/** Where bytes are. */
export const place = z.strictObject({
  /** The earlier set that holds the object, which this one refers to; absent: this one. */
  set: z.string().regex(SET_NAME, 'not a name of a set').optional(),
  /** Key of the object, relative to its set. */
  object: z.string().min(1).max(512),
  /** Of the first byte, in the object's plain bytes. */
  at: count,
  length: count,
});

const common = {
  /** Relative to the root, with slashes; empty for the root itself. */
  path: jsonBytes,
  /** Permissions, with the bits for set-user-ID, set-group-ID and sticky. */
  mode: count.max(0o7777),
  uid: owner,
  gid: owner,
  mtime: time,
};

const folder = z.strictObject({
  ...common,
  type: z.literal('folder'),
  /** In decimal: tells that a folder of this path is the one that it was, and no other was moved here with its files. */
  inode: z
    .string()
    .regex(/^\d{1,20}$/, 'not an inode')
    .optional(),
  bundle: place,
});
const symlink = z.strictObject({ ...common, type: z.literal('symlink'), target: jsonBytes, bundle: place });
const file = z.strictObject({
  ...common,
  type: z.literal('file'),
  /** Changes with everything else, and cannot be set: what tells that a file is what it was. */
  ctime: time,
  size: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256'),
  /** In the order of the file: one place in a bundle, or one a part. */
  bytes: z.array(place).min(1),
  /** Whether it had holes: a restore makes holes again. */
  sparse: z.literal(true).optional(),
  /** It changed whenever it was read: its bytes may be of several moments. */
  changed: z.literal(true).optional(),
  /** Its content is that of an earlier set and its attributes are not: the header before its bytes there is out of date. */
  retouched: z.literal(true).optional(),
});

export const entrySchema = z.discriminatedUnion('type', [folder, symlink, file]);

/**
 * @param line parsed as JSON
 * @throws Error for what is no entry
 */
export function parseEntry(line: unknown): IndexEntry {
  const parsed = entrySchema.safeParse(line);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${issue.path.join('.')}: ${issue.message}`);
  }
  return parsed.data;
}
