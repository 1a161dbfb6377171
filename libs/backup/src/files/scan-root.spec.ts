import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, type TemporaryFolder } from '../../../../test/support/file-tree.js';
import { scanRoot, type ScanOptions } from './scan-root.js';

describe('A scan of a file root', () => {
  let folder: TemporaryFolder;
  let root: string;

  beforeEach(async () => {
    folder = await temporaryFolder('scan');
    root = join(folder.path, 'root');
    mkdirSync(join(root, 'a/cache/deep'), { recursive: true });
    mkdirSync(join(root, 'a.b'));
    for (const name of ['a/cache/deep/x', 'a/y.tmp', 'a/z', 'a.b/c', 'b']) {
      writeFileSync(join(root, name), name);
    }
  });

  afterEach(() => folder.remove());

  const scan = (options: Partial<ScanOptions> & { exclude?: string[]; path?: string } = {}): string[] => {
    const { exclude = [], path = root, ...more } = options;
    const all = { root: { name: 'uploads', path, exclude }, forbidden: [], allowPartial: false, ...more };
    return [...scanRoot(all, () => undefined)].map((entry) => entry.path);
  };

  it('gives each folder right before what is in it, names in the order of their bytes', () => {
    expect(scan()).toEqual([
      '',
      'a',
      'a/cache',
      'a/cache/deep',
      'a/cache/deep/x',
      'a/y.tmp',
      'a/z',
      'a.b',
      'a.b/c',
      'b',
    ]);
  });

  it('leaves out what matches a pattern, folders with all that is in them', () => {
    expect(scan({ exclude: ['**/cache/**', '**/*.tmp', 'b'] })).toEqual(['', 'a', 'a/z', 'a.b', 'a.b/c']);
  });

  it('leaves out what a restore is in the middle of', () => {
    writeFileSync(join(root, 'a/.nestjs-backup-0123abcd-1'), 'half a file');
    mkdirSync(join(root, `.nestjs-backup-undo-${'0'.repeat(32)}`));

    expect(scan()).toHaveLength(10);
  });

  it('does not follow links, but for the one that the root itself is', () => {
    symlinkSync(folder.path, join(root, 'loop'));
    symlinkSync(root, join(folder.path, 'current'));

    expect(scan({ path: join(folder.path, 'current') })).toContain('loop');
    expect(scan()).toHaveLength(11);
  });

  it('takes a single file as a root, which is called what it is called', () => {
    expect(scan({ path: join(root, 'b') })).toEqual(['b']);
  });

  it('refuses to go into the storage or another root, unless that is excluded', () => {
    const forbidden = [{ path: join(root, 'a/cache'), what: 'the backup storage' }];

    expect(() => scan({ forbidden })).toThrow('File root uploads contains the backup storage, in a/cache');
    expect(scan({ forbidden, exclude: ['a/cache'] })).toHaveLength(7);
  });

  it('fails on what is no file, or leaves it out with a warning', () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const warnings: string[] = [];
    const options = { root: { name: 'uploads', path: root, exclude: [] }, forbidden: [] };

    expect(() => scan()).toThrow('uploads: pipe is a named pipe, which cannot be backed up');
    const all = [...scanRoot({ ...options, allowPartial: true }, (line) => warnings.push(line))];
    expect(all).toHaveLength(10);
    expect(warnings).toEqual(['uploads: pipe cannot be read (a named pipe)']);
  });

  it('says that a root is missing, and what to do', () => {
    renameSync(root, join(folder.path, 'elsewhere'));

    expect(() => scan()).toThrow(
      `File root uploads cannot be read (ENOENT: no such file or directory): create ${root}`,
    );
  });

  it('goes on when something disappears while it looks', () => {
    const all = scanRoot(
      { root: { name: 'uploads', path: root, exclude: [] }, forbidden: [], allowPartial: false },
      () => undefined,
    );
    all.next();
    renameSync(join(root, 'a'), join(folder.path, 'away'));

    expect([...all].map(({ path }) => path)).toEqual(['a.b', 'a.b/c', 'b']);
  });
});
