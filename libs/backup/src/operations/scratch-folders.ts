import { lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../files/remove-tree.js';
import { noScratchFolder } from './drill.errors.js';

const NAME = /^nestjs-backup-drill-(?<operation>[0-9a-f]{32})$/;

/** Makes the folder that a drill restores files into. @throws BackupError `restore_blocked` */
export async function makeScratchFolder(parent: string, operation: string): Promise<string> {
  const path = join(parent, `nestjs-backup-drill-${operation}`);
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    throw noScratchFolder(parent, error);
  });
  return path;
}

/**
 * Removes what drills that were killed on this machine have left.
 *
 * @param isOver whether an operation of ours ended; false for those of others, who may have their drills here
 * @returns the folders that were removed
 */
export async function sweepScratchFolders(
  parent: string,
  isOver: (operation: string) => Promise<boolean>,
): Promise<string[]> {
  // where nothing can be listed, no drill has been
  const names = await readdir(parent).catch((): string[] => []);
  const removed: string[] = [];
  for (const name of names) {
    const operation = NAME.exec(name)?.groups?.operation;
    const path = join(parent, name);
    if (operation !== undefined && (await isOurs(path)) && (await isOver(operation))) {
      await removeTree(path);
      removed.push(path);
    }
  }
  return removed;
}

/** Anybody may put anything into a folder for temporary files, under a name that they have seen there. */
async function isOurs(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}
