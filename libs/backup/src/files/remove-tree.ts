import { chmod, readdir, rm } from 'node:fs/promises';
import { fromBytes, fromText, joinPaths, toBytes, type BytePath } from './byte-path.js';

/** Removes a folder of ours, to which nobody else can write, with all that is in it, whatever its folders permit. */
export async function removeTree(path: string): Promise<void> {
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true });
  await remove().catch(async () => {
    await permitChanges(fromText(path));
    await remove();
  });
}

async function permitChanges(folder: BytePath): Promise<void> {
  await chmod(toBytes(folder), 0o700);
  const entries = await readdir(toBytes(folder), { withFileTypes: true, encoding: 'buffer' });
  for (const entry of entries.filter((found) => found.isDirectory())) {
    await permitChanges(joinPaths(folder, fromBytes(entry.name)));
  }
}
