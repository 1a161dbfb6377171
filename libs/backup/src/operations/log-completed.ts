import { fileRoots, type Manifest } from '../backup-set/manifest.js';
import { formatNumberOf } from '../format.js';
import type { OperationJournal } from './operation-journal.js';

/** Writes into an operation's log what its set has, and what somebody should know of it. */
export function logCompleted(log: OperationJournal, manifest: Manifest): void {
  for (const warning of manifest.warnings) {
    log.warn(warning);
  }
  if (manifest.snapshot !== null) {
    const { consistency, lockMilliseconds } = manifest.snapshot;
    log.info(
      consistency === 'parallel'
        ? `The snapshot held commits back for ${String(lockMilliseconds)} ms`
        : 'The snapshot was taken on one connection: grant RELOAD for a parallel one',
    );
  }
  for (const { name, files, bytes, changed } of fileRoots(manifest)) {
    log.info(`${name}: ${formatNumberOf(files, 'file')}, ${String(bytes)} bytes`);
    if (changed > 0) {
      log.warn(`${name}: ${formatNumberOf(changed, 'file')} changed while being read, again and again`);
    }
  }
  if (manifest.configuration.length > 0 && manifest.encryption === null) {
    log.warn(
      'The backup holds configuration and is not encrypted: whoever reads the storage reads its secrets; use --encrypt',
    );
  }
}
