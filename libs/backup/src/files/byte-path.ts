import { isUtf8 } from 'node:buffer';

/**
 * A path or a name as the file system has it: one character a byte, since file systems take any bytes but `/` and NUL,
 * and not all of them are UTF-8. Comparing such strings compares the bytes.
 */
export type BytePath = string;

export function fromBytes(bytes: Buffer): BytePath {
  return bytes.toString('latin1');
}

export function toBytes(path: BytePath): Buffer {
  return Buffer.from(path, 'latin1');
}

/** As calls of the file system take it: without a buffer, where its text has the same bytes. */
export function toCall(path: BytePath): Buffer | string {
  return isAscii(path) ? path : toBytes(path);
}

/** From a string as options and the command line have it. */
export function fromText(text: string): BytePath {
  return isAscii(text) ? text : fromBytes(Buffer.from(text));
}

/** For people and patterns: what is not UTF-8 is replaced. */
export function toText(path: BytePath): string {
  return isAscii(path) ? path : toBytes(path).toString('utf8');
}

/** For messages: on one line. */
export function display(path: BytePath): string {
  const text = toText(path);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\x00-\x1f\x7f\ufffd]/.test(text) ? JSON.stringify(text) : text;
}

export function joinPaths(folder: BytePath, name: BytePath): BytePath {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The folder that an entry is in; the root itself is `''`. */
export function folderOf(path: BytePath): BytePath {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Whether an entry is in a folder, or in one of the folders in there. */
export function isBelow(path: BytePath, folder: BytePath): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}

/** Path order: names are compared one by one, so a folder's entries come before what only begins with its name. */
export function comesBefore(a: BytePath, b: BytePath): boolean {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    if (a[at] !== b[at]) {
      return a[at] === '/' || (b[at] !== '/' && a[at] < b[at]);
    }
  }
  return a.length < b.length;
}

/** How bytes stand in JSON: as text where they are UTF-8, else in base64. Nothing is lost either way. */
export function toJsonBytes(path: BytePath): string | { readonly base64: string } {
  if (isAscii(path)) {
    return path;
  }
  const bytes = toBytes(path);
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') };
}

/** Whether a path and its text are the same: most are, and need no conversion. */
function isAscii(path: string): boolean {
  return !/[\u0080-\uffff]/.test(path);
}
