import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { failureOf } from '../support/bad-input-refusal.js';
import { describeTree } from '../support/file-tree.js';
import { openFilesSite, type FilesSite } from './files-site.js';

describe('A restore of files', () => {
  let site: FilesSite;
  let id: number;
  let before: string[];

  beforeAll(async () => {
    site = await openFilesSite();
    id = await site.backups.createBackup('files');
    before = describeTree(site.uploads);
  });

  afterAll(() => site.close());

  const at = (path: string): string => join(site.uploads, path);

  /** The tree as it is, with a time of the root that can be set again exactly. */
  const settled = (): string[] => {
    utimesSync(site.uploads, 1_700_000_000, 1_700_000_000);
    return describeTree(site.uploads);
  };
  /** A tree without what is kept for undoing. */
  const treeOf = (root: string): string[] => describeTree(root).filter((line) => !line.startsWith('/.nestjs'));
  const scratch = (): string[] => readdirSync(site.uploads).filter((name) => name.startsWith('.nestjs-backup'));

  /** What goes wrong on a bad day. */
  const damage = (): void => {
    rmSync(at('names'), { recursive: true });
    rmSync(at('zero'));
    rmSync(at('link'));
    symlinkSync('/etc/passwd', at('link'));
    writeFileSync(at('run.sh'), 'rm -rf /\n');
    chmodSync(at('deep'), 0o700);
    utimesSync(at('deep/er/and/deeper/file'), 1, 1);
  };

  it('shows beforehand what it would change, and changes nothing', async () => {
    damage();
    const damaged = settled();
    writeFileSync(at('new'), 'newer than the backup');
    const { files, tables } = await site.backups.previewRestore(id);

    expect(files).toEqual([
      expect.objectContaining({
        root: 'uploads',
        target: site.uploads,
        added: 11,
        changed: 2,
        unchanged: 7,
        left: 1,
        conflicts: [],
      }),
    ]);
    expect(tables).toEqual([]);
    rmSync(at('new'));
    expect(describeTree(site.uploads).slice(1)).toEqual(damaged.slice(1));
  });

  it('brings everything back, leaves what is newer, and can be undone', async () => {
    writeFileSync(at('new'), 'newer than the backup');
    const damaged = settled();
    const untouched = lstatSync(at('large.bin')).ino;

    const row = await site.backups.restore(id);

    expect(row).toMatchObject({
      restoreType: 'files',
      status: 'completed',
      filesRestored: ['uploads'],
      tablesRestored: [],
    });
    const restored = describeTree(site.uploads).filter((line) => !/^\/(new|\.nestjs)/.test(line));
    expect(restored).toEqual(before);
    expect(lstatSync(at('large.bin')).ino).toBe(untouched);
    expect(readFileSync(at('new'), 'utf8')).toBe('newer than the backup');

    expect(await site.backups.undoRestore(id)).toMatchObject({ status: 'undone' });
    expect(describeTree(site.uploads)).toEqual(damaged);
    expect(await failureOf(() => site.backups.undoRestore(id))).toMatchObject({ code: 'undo_impossible' });
  });

  it('moves aside what is newer when it is to be exact, and undoing brings it back', async () => {
    mkdirSync(at('newer/folder'), { recursive: true });
    writeFileSync(at('newer/folder/file'), 'x');
    writeFileSync(at('deep/er/newer'), 'x');
    utimesSync(at('deep/er'), 1_700_000_000, 1_700_000_000);
    const damaged = settled();

    await site.backups.restore(id, { exact: true });
    const restored = treeOf(site.uploads);
    expect(restored).toEqual(before);

    await site.backups.undoRestore(id);
    expect(describeTree(site.uploads)).toEqual(damaged);
    rmSync(at('newer'), { recursive: true });
    rmSync(at('deep/er/newer'));
  });

  it('takes only what matches, with the permissions of the folders on the way', async () => {
    rmSync(at('deep'), { recursive: true });

    await site.backups.restore(id, { paths: ['deep/**/file'] });

    const below = (lines: string[]): string[] => lines.filter((line) => line.startsWith('/deep'));
    expect(below(describeTree(site.uploads))).toEqual(below(before));
    expect(existsSync(at('zero'))).toBe(false);
    expect(await failureOf(() => site.backups.restore(id, { paths: ['no/such/*'] }))).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('Nothing in the backup matches no/such/*'),
    });
  });

  it('goes to another folder, which has to be there', async () => {
    const to = join(site.folder, 'elsewhere');
    expect(await failureOf(() => site.backups.restore(id, { to }))).toMatchObject({ code: 'restore_blocked' });

    mkdirSync(to);
    await site.backups.restore(id, { to });

    const root = join(to, 'uploads');
    const restored = treeOf(root);
    expect(restored).toEqual(before);
    await site.backups.undoRestore(id);
    expect(readdirSync(to)).toEqual([]);
  });

  it('takes nothing away through a link that comes in the place of a folder', async () => {
    rmSync(at('link'));
    mkdirSync(at('link/and'), { recursive: true });
    writeFileSync(at('link/and/file'), 'not in the backup');
    const damaged = settled();

    await site.backups.restore(id, { exact: true });

    expect(treeOf(site.uploads)).toEqual(before);
    await site.backups.undoRestore(id);
    expect(describeTree(site.uploads)).toEqual(damaged);
    rmSync(at('link'), { recursive: true });
  });

  it('refuses to write through a link or over a folder, unless those are moved aside', async () => {
    const outside = join(site.folder, 'outside');
    mkdirSync(join(outside, 'er'), { recursive: true });
    const untouched = describeTree(outside);
    rmSync(at('deep'), { recursive: true });
    symlinkSync(outside, at('deep'));
    rmSync(at('empty'), { recursive: true });
    writeFileSync(at('empty'), 'a file');
    mkdirSync(at('zero'));
    writeFileSync(at('zero/inside'), 'x');
    const damaged = settled();

    expect(await failureOf(() => site.backups.restore(id))).toMatchObject({
      code: 'restore_blocked',
      message: expect.stringMatching(/deep, .*empty.*zero/),
    });
    await site.backups.restore(id, { exact: true });

    expect(treeOf(site.uploads)).toEqual(before);
    await site.backups.undoRestore(id);
    expect(describeTree(site.uploads)).toEqual(damaged);
    expect(describeTree(outside)).toEqual(untouched);
    rmSync(at('zero'), { recursive: true });
    rmSync(at('empty'));
    rmSync(at('deep'));
  });

  it.each([
    ['mapCollations', { mapCollations: ['a=b'] }],
    ['skipIncompatible', { skipIncompatible: true }],
    ['inPlace', { inPlace: true }],
    ['allowPartial', { allowPartial: true }],
  ])('refuses %s, which is about databases', async (name, options) => {
    const refusal = { code: 'invalid_option', message: expect.stringContaining(`${name} is about databases`) };
    await expect(site.backups.restore(id, options)).rejects.toMatchObject(refusal);
  });

  it('that was cancelled is taken back', async () => {
    const damaged = settled();
    const abort = new AbortController();

    const failure = await failureOf(() =>
      site.backups.restore(id, {
        signal: abort.signal,
        onProgress: () => {
          abort.abort();
        },
      }),
    );

    expect(failure).toMatchObject({ code: 'cancelled' });
    expect(describeTree(site.uploads)).toEqual(damaged);
  });

  it('that a process died in is taken back by the next start, temporary files too', async () => {
    const damaged = settled();
    const { backupid, id: restore } = await site.backups.restore(id);
    // as it was a moment before the end
    const undo = at(`.nestjs-backup-undo-${backupid ?? ''}`);
    rmSync(join(undo, 'complete'));
    const temporary = `.nestjs-backup-${(backupid ?? '').slice(0, 8)}-99-1`;
    writeFileSync(join(undo, 'journal-99.jsonl'), `${JSON.stringify({ did: 'added', path: 'late', temporary })}\n`);
    writeFileSync(at(temporary), 'half a file');
    await site.query(`UPDATE backup_restore_log SET status = 'running' WHERE id = ${String(restore)}`);
    await site.query(`UPDATE backup_controllers SET status = 800 WHERE backupid = '${backupid ?? ''}'`);

    expect(await site.backups.recover()).toEqual([expect.stringContaining(`files in ${site.uploads} were taken back`)]);
    expect(describeTree(site.uploads)).toEqual(damaged);
  });

  it('makes a root again that is gone as a whole', async () => {
    rmSync(site.uploads, { recursive: true });

    await site.backups.restore(id);

    expect(treeOf(site.uploads)).toEqual(before);
  });

  it('lets go of what it replaced when the time for undoing is over', async () => {
    await site.query("UPDATE backup_restore_log SET completed_at = '2020-01-01' WHERE status = 'completed'");

    const { undoFolders } = await site.backups.cleanupExpired();

    expect(undoFolders).toContain(site.uploads);
    expect(scratch()).toEqual([]);
  });

  it('stands beside the tables of a full one, and is undone with them', async () => {
    await site.query('CREATE TABLE IF NOT EXISTS notes (id INT PRIMARY KEY); INSERT INTO notes VALUES (1)');
    const atThatTime = settled();
    const full = await site.backups.createBackup('full');
    await site.query('DELETE FROM notes');
    rmSync(at('names'), { recursive: true });

    expect(await site.backups.restore(full)).toMatchObject({ restoreType: 'full', filesRestored: ['uploads', 'env'] });

    expect(await site.query('SELECT id FROM notes')).toEqual([{ id: 1 }]);
    expect(treeOf(site.uploads)).toEqual(atThatTime);
    await site.backups.undoRestore(full);
    expect(await site.query('SELECT id FROM notes')).toEqual([]);
    expect(existsSync(at('names'))).toBe(false);
  });
});
