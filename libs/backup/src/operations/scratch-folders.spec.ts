import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeScratchFolder, sweepScratchFolders } from './scratch-folders.js';

const OVER = 'a'.repeat(32);
const RUNNING = 'b'.repeat(32);

describe('Folders of drills', () => {
  let parent: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'nestjs-backup-scratch-'));
  });

  afterEach(() => {
    rmSync(parent, { recursive: true });
  });

  const sweep = (): Promise<string[]> =>
    sweepScratchFolders(parent, (operation) => Promise.resolve(operation === OVER));

  it('are for their owner alone, and made once', async () => {
    const path = await makeScratchFolder(parent, OVER);

    expect(statSync(path).mode & 0o777).toBe(0o700);
    await expect(makeScratchFolder(parent, OVER)).rejects.toMatchObject({ code: 'restore_blocked' });
  });

  it('need one to be in', async () => {
    await expect(makeScratchFolder(join(parent, 'nowhere'), OVER)).rejects.toMatchObject({
      code: 'restore_blocked',
      message: expect.stringMatching(
        /nowhere, and cannot make one there \(ENOENT.*\): set scratchPath in the module's/,
      ),
    });
  });

  it('go when their operation is over, and nothing else does', async () => {
    const path = await makeScratchFolder(parent, OVER);
    mkdirSync(join(path, 'uploads'));
    writeFileSync(join(path, 'uploads/one'), '1');
    await makeScratchFolder(parent, RUNNING);
    mkdirSync(join(parent, `nestjs-backup-drill-${OVER}-mine`));

    expect(await sweep()).toEqual([path]);
    expect(readdirSync(parent)).toEqual([`nestjs-backup-drill-${OVER}-mine`, `nestjs-backup-drill-${RUNNING}`]);
  });

  it('stay when they are no folders, whoever put them there', async () => {
    const path = join(parent, `nestjs-backup-drill-${OVER}`);
    writeFileSync(path, '');
    expect(await sweep()).toEqual([]);
    rmSync(path);

    symlinkSync('/tmp', path);
    expect(await sweep()).toEqual([]);
  });

  // only root can give a folder away
  (process.getuid?.() === 0 ? it : it.skip)('stay when they are somebody else’s', async () => {
    chownSync(await makeScratchFolder(parent, OVER), 65_534, 65_534);
    expect(await sweep()).toEqual([]);
  });

  it('are none where there is no folder to look into', async () => {
    expect(await sweepScratchFolders(join(parent, 'nowhere'), () => Promise.resolve(true))).toEqual([]);
  });
});
