import { compressionOf } from './compression.js';
import { isEncrypted } from './object-format.js';

/** An object that a command reads, and the earlier set that has it; null: the set of the commands. */
export interface CommandObject {
  readonly set: string | null;
  /** Relative to its set. */
  readonly key: string;
}

/** What gives the plain bytes of an object, from the folder of the set, beside which earlier sets stand. */
export function readObjectCommand({ set, key }: CommandObject): string {
  return set === null ? readCommand(key) : readCommand(`../${set}/${key}`, key, keyFile(set));
}

/** The file that opens an earlier set while the commands run: each set has a key of its own. */
export function keyFile(set: string): string {
  return `${set}.key`;
}

/**
 * What gives the plain bytes of an object in a shell.
 *
 * @param key the file that opens it, where it is encrypted
 */
export function readCommand(file: string, suffix = file, key = 'set.key'): string {
  const decompress = { zstd: 'zstd -dc', gzip: 'gzip -dc', none: null }[compressionOf(suffix)];
  if (!isEncrypted(suffix)) {
    return `${decompress ?? 'cat'} ${file}`;
  }
  return `age -d -i ${key} ${file}${decompress === null ? '' : ` | ${decompress}`}`;
}
