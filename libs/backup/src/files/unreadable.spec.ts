import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asOrdinaryUser } from '../../../../test/support/ordinary-user.js';
import { DEFAULT_COMPRESSION } from '../backup-set/compression.js';
import { Pace } from '../engine/pace.js';
import { ProgressReporter } from '../engine/progress-reporter.js';
import { LocalStorage } from '../storage/local-storage.js';
import { fromText } from './byte-path.js';
import { packEntries, type PackedEntries } from './pack-entries.js';
import { scanRoot, type ScannedEntry } from './scan-root.js';

describe('What the account of this process may not read', () => {
  let folder: string;
  let root: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nestjs-backup-unreadable-'));
    root = join(folder, 'root');
    mkdirSync(join(root, 'closed'), { recursive: true });
    mkdirSync(join(folder, 'storage'));
    for (const name of ['closed/inside', 'open', 'secret', 'zero']) {
      writeFileSync(join(root, name), name);
    }
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'storage'), 0o777);
  });

  afterEach(() => {
    chmodSync(join(root, 'closed'), 0o700);
    rmSync(folder, { recursive: true });
  });

  const scan = (allowPartial: boolean): Promise<{ entries: ScannedEntry[]; warnings: string[] }> => {
    const warnings: string[] = [];
    const options = { root: { name: 'uploads', path: root, exclude: [] }, forbidden: [], allowPartial };
    return asOrdinaryUser(() => ({ entries: [...scanRoot(options, (line) => warnings.push(line))], warnings }));
  };

  const pack = async (allowPartial: boolean): Promise<PackedEntries> => {
    const { entries } = await scan(allowPartial);
    return asOrdinaryUser(() =>
      packEntries(
        entries.map((scanned) => ({ scanned, earlier: null })),
        { root: 'uploads', base: fromText(root), allowPartial },
        {
          storage: new LocalStorage(join(folder, 'storage')),
          set: '20261121T221005Z-files-3f9c2a',
          folder: 'files/uploads',
          format: { compression: DEFAULT_COMPRESSION, recipient: null },
          counter: new SharedArrayBuffer(4),
          signal: new AbortController().signal,
        },
        {
          signal: new AbortController().signal,
          listen: () => undefined,
          progress: new ProgressReporter(() => undefined),
          pace: new Pace(null),
        },
      ),
    );
  };

  it('fails the backup, by its name: a folder', async () => {
    chmodSync(join(root, 'closed'), 0);

    await expect(scan(false)).rejects.toMatchObject({
      code: 'not_readable',
      message: expect.stringMatching(/closed.*EACCES/),
    });
  });

  it('fails the backup, by its name: a file', async () => {
    chmodSync(join(root, 'secret'), 0);

    await expect(pack(false)).rejects.toMatchObject({
      code: 'not_readable',
      message: expect.stringMatching(/secret.*EACCES/),
    });
  });

  it('is left out with a warning where that is allowed, a folder with all that is in it', async () => {
    chmodSync(join(root, 'closed'), 0);
    const { entries, warnings } = await scan(true);

    expect(entries.map(({ path }) => path)).toEqual(['', 'open', 'secret', 'zero']);
    expect(warnings).toEqual([expect.stringMatching(/closed.*EACCES/)]);
  });

  it('is left out with a warning where that is allowed, a file from among others', async () => {
    chmodSync(join(root, 'secret'), 0);
    const { files, entries, warnings } = await pack(true);

    expect({ files, entries }).toEqual({ files: 3, entries: 5 });
    expect(warnings).toEqual([expect.stringMatching(/secret.*EACCES/)]);
  });
});
