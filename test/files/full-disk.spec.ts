import { mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openManifest } from '../../libs/backup/src/backup-set/backup-set.js';
import { verifyFull } from '../../libs/backup/src/database/verify-set.js';
import { backUpRoots } from '../../libs/backup/src/files/back-up-roots.js';
import { fileTargets } from '../../libs/backup/src/files/restore/file-targets.js';
import { restoreRoots } from '../../libs/backup/src/files/restore/restore-roots.js';
import { verifyRoots } from '../../libs/backup/src/files/verify-roots.js';
import { openStorage } from '../../libs/backup/src/storage/open-storage.js';
import { mountSmallDisk, whyNoMounts, type SmallDisk } from '../support/bad-input-mount.js';
import { failureOf } from '../support/bad-input-refusal.js';
import { temporaryFolder } from '../support/file-tree.js';
import { makePlainSet } from '../support/fuzzed-sets.js';
import { openFilesSite } from './files-site.js';

const LIBRARY = { openManifest, backUpRoots, verifyRoots, verifyFull, openStorage, fileTargets, restoreRoots };
const NO_MOUNTS = whyNoMounts();
const PAGE = 4096;

describe(`Files and a disk that takes no more${NO_MOUNTS === null ? '' : `, not tested: ${NO_MOUNTS}`}`, () => {
  const itMounts = NO_MOUNTS === null ? it : it.skip;
  let disk: SmallDisk | undefined;

  afterEach(() => disk?.remove());

  const mount = (): string => {
    disk = mountSmallDisk(1);
    return disk.folder;
  };

  itMounts('a backup fails and gives the space back', async () => {
    const storage = mount();
    const site = await openFilesSite({ storage: pathToFileURL(storage).href });
    try {
      expect(await failureOf(() => site.backups.createBackup('files', { compression: 'none' }))).toMatchObject({
        code: 'storage_full',
        message: expect.stringContaining('nothing of this backup was kept'),
      });
      expect(readdirSync(storage)).toEqual([]);
    } finally {
      await site.close();
    }
  });

  itMounts('a restore that fills it in the middle is taken back', async () => {
    const folder = await temporaryFolder('full-disk');
    const to = mount();
    const { storage, manifest } = await makePlainSet(LIBRARY, folder.path);
    leaveRoomFor(4, join(to, 'filler'));
    mkdirSync(join(to, 'uploads'));

    const options = {
      restores: fileTargets(manifest, [], { roots: [], paths: [], to: join(to, 'uploads') }, false),
      storageConfiguration: { driver: 'local' as const, folder: storage },
      identities: new Map(),
      threads: 1,
      load: { rate: null, nice: 0 },
      signal: new AbortController().signal,
      onBytes: () => undefined,
    };
    expect(await failureOf(() => restoreRoots(options, 'f'.repeat(32)))).toMatchObject({
      code: 'restore_blocked',
      message: expect.stringMatching(/^three could not be written \(ENOSPC.*make room/),
    });
    expect(readdirSync(join(to, 'uploads'))).toEqual([]);
    await folder.remove();
  });
});

/** Fills the disk that a file is on, but for some pages. */
function leaveRoomFor(pages: number, filler: string): void {
  try {
    for (;;) {
      writeFileSync(filler, Buffer.alloc(PAGE, 1), { flag: 'a' });
    }
  } catch {
    truncateSync(filler, statSync(filler).size - pages * PAGE);
  }
}
