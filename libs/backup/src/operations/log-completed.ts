import { fileRoots, type Manifest } from '../backup-set/manifest.js';
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
        ? `Snapshot taken; commits were held back for ${String(lockMilliseconds)} ms`
        : 'Snapshot taken on one connection: grant RELOAD for a parallel one',
    );
  }
  for (const { name, files, bytes, changed } of fileRoots(manifest)) {
    log.info(`${name}: ${countFiles(files)}, ${String(bytes)} bytes`);
    if (changed > 0) {
      log.warn(`${name}: ${countFiles(changed)} changed while being read, again and again`);
    }
  }
  if (manifest.configuration.length > 0 && manifest.encryption === null) {
    log.warn(
      'The backup holds configuration and is not encrypted: whoever reads the storage reads its secrets; use --encrypt',
    );
  }
}

function countFiles(files: number): string {
  return `${String(files)} ${files === 1 ? 'file' : 'files'}`;
}
