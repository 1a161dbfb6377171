import { compressionOf } from './compression.js';
import { isEncrypted } from './object-format.js';

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
