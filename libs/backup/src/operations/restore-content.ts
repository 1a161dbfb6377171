import { restoreInPlace } from '../database/restore/in-place-restore.js';
import { neededObjects } from '../database/restore/precheck.js';
import { restoreStaged } from '../database/restore/staged-restore.js';
import { verifyFull } from '../database/verify-set.js';
import { restoreRoots } from '../files/restore/restore-roots.js';
import type { BackupEnvironment } from './backup-environment.js';
import { inTwoParts, type ProgressMeasure } from './operation-progress.js';
import type { OperationContext } from './operation-steps.js';
import { fileBytes, fileProgress, readingOf } from './restored-files.js';
import type { RunningRestore } from './running-restore.js';

/** Who is told what while a restore goes on. */
export interface RestoreContentOptions {
  readonly context: OperationContext;
  readonly onProgress: (progress: ProgressMeasure) => void;
  /** Everything is staged and proven; live data is not touched yet. */
  readonly onStaged: () => void;
}

type Report = (progress: ProgressMeasure) => void;

/**
 * Puts the databases and files of a set where they are to be.
 *
 * @returns what is not as it was, a line each, besides what was noticed beforehand
 */
export async function restoreContent(
  environment: BackupEnvironment,
  restore: RunningRestore,
  options: RestoreContentOptions,
): Promise<readonly string[]> {
  if (restore.targets.length === 0) {
    await restoreFiles(environment, restore, options.context, options.onProgress);
    return [];
  }
  const shortcomings =
    restore.options.inPlace === true
      ? await restoreBothInPlace(environment, restore, options)
      : await restoreBothStaged(environment, restore, options);
  return shortcomings.filter((line) => !restore.notices.includes(line));
}

async function restoreBothStaged(
  environment: BackupEnvironment,
  restore: RunningRestore,
  { context, onProgress, onStaged }: RestoreContentOptions,
): Promise<readonly string[]> {
  // rows are read again to prove them
  const rows = 2 * rowBytes(restore);
  const [onRows, onFiles] = inTwoParts(share(rows, fileBytes(restore.files)), onProgress);
  return restoreStaged({
    ...engineOf(environment, restore, context, onRows),
    operation: context.backupid,
    onStaged: async () => {
      context.log.info('Every row and definition was proven in staging; swapping');
      onStaged();
      await context.checkpoint();
      // as short a time as can be lies between the files and the rows that name them
      await restoreFiles(environment, restore, context, onFiles);
    },
  });
}

/** Nothing can be taken back there: the set is read to its end before anything is written. */
async function restoreBothInPlace(
  environment: BackupEnvironment,
  restore: RunningRestore,
  { context, onProgress }: RestoreContentOptions,
): Promise<readonly string[]> {
  const rows = rowBytes(restore);
  const files = fileBytes(restore.files);
  const [onVerified, onRestored] = inTwoParts(share(rows, files + 2 * rows), onProgress);
  const [onFiles, onRows] = inTwoParts(share(files, 2 * rows), onRestored);
  await verifyFull({
    ...engineOf(environment, restore, context, onVerified),
    storage: environment.storage,
    objects: neededObjects(restore.manifest, restore.targets),
  });
  await restoreFiles(environment, restore, context, onFiles);
  return restoreInPlace(engineOf(environment, restore, context, onRows));
}

async function restoreFiles(
  environment: BackupEnvironment,
  restore: RunningRestore,
  context: OperationContext,
  report: Report,
): Promise<void> {
  if (restore.files.length > 0) {
    const { load, options } = restore;
    const reading = readingOf(environment, restore.opened, { load, signal: context.signal, threads: options.threads });
    const onBytes = fileProgress(restore.files, report);
    await restoreRoots({ ...reading, restores: restore.files, onBytes }, context.backupid);
    context.log.info(`Files of ${restore.roots.join(', ')} are in place`);
  }
}

function engineOf(
  { address, options }: BackupEnvironment,
  restore: RunningRestore,
  { signal }: OperationContext,
  onProgress: Report,
): Parameters<typeof restoreInPlace>[0] {
  return {
    address,
    storageConfiguration: options.storage,
    manifest: restore.manifest,
    identities: restore.opened.identities,
    targets: restore.targets,
    threads: restore.options.threads ?? options.threads,
    load: restore.load,
    signal,
    onProgress,
  };
}

/** Plain bytes of the rows that are restored. */
function rowBytes({ manifest, targets }: RunningRestore): number {
  return neededObjects(manifest, targets).reduce((sum, { plainSize }) => sum + plainSize, 0);
}

function share(part: number, rest: number): number {
  return part / Math.max(part + rest, 1);
}
