import { chmodSync, lutimesSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeTree } from '../../../../../test/support/file-tree.js';
import { asOrdinaryUser } from '../../../../../test/support/ordinary-user.js';
import { fromText } from '../byte-path.js';
import { UndoFolder } from './undo-journal.js';

describe('What a restore keeps for undoing', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nestjs-backup-undo-'));
    chmodSync(folder, 0o777);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is as it was where no hard link can be made: of what belongs to somebody else, by those who are not root', async () => {
    const undo = new UndoFolder(fromText(folder), '1');
    writeFileSync(join(folder, 'file'), 'content');
    chmodSync(join(folder, 'file'), 0o644);
    utimesSync(join(folder, 'file'), 1_577_836_800, 1_577_836_800);
    symlinkSync('nowhere', join(folder, 'link'));
    lutimesSync(join(folder, 'link'), 1_577_836_800, 1_577_836_800);
    const [, ...before] = describeTree(folder);

    await asOrdinaryUser(() => {
      undo.make();
      for (const name of ['file', 'link']) {
        undo.keep(Buffer.from(join(folder, name)), name);
      }
    });

    const [, ...kept] = describeTree(join(undo.path, 'kept'));
    expect(kept).toEqual(before);
  });
});
