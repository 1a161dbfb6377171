import { compressionOf } from './compression.js';
import { isEncrypted } from './object-format.js';

/** What gives the plain bytes of an object in a shell. */
export function readCommand(file: string, suffix = file): string {
  const decompress = { zstd: 'zstd -dc', gzip: 'gzip -dc', none: null }[compressionOf(suffix)];
  if (!isEncrypted(suffix)) {
    return `${decompress ?? 'cat'} ${file}`;
  }
  return `age -d -i set.key ${file}${decompress === null ? '' : ` | ${decompress}`}`;
}
