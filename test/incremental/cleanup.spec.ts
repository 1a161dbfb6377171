import type { BackupHistory, BackupModuleOptions } from '@app/backup';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChainSite } from '../support/chain-site.js';
import { seededRandom } from '../support/crash-moments.js';
import { temporaryFolder, type TemporaryFolder } from '../support/file-tree.js';

const SEED = 20261122;
const FEW = 10;
const FILES = 4;
const BACKUPS = 3;

// a machine that is busy with other things
jest.setTimeout(120_000);

describe('Chains of backups with files, after a cleanup', () => {
  const random = seededRandom(SEED);
  let folder: TemporaryFolder;
  let site: ChainSite;
  let options: Partial<BackupModuleOptions>;

  beforeAll(async () => {
    folder = await temporaryFolder('cleanup');
    await mkdir(join(folder.path, 'uploads'));
    for (let file = 0; file < FILES; file += 1) await writeFile(uploaded(file), `file ${String(file)}`);
    options = { files: { uploads: { path: join(folder.path, 'uploads') } }, threads: 1 };
    site = await ChainSite.open(undefined, options, FEW);
  });

  afterAll(async () => {
    await site.close();
    await folder.remove();
  });

  const uploaded = (file: number): string => join(folder.path, `uploads/${String(file)}`);
  const pick = <T>(...choices: readonly T[]): T => choices[Math.floor(random() * choices.length)];

  /** A backup of what ten days have changed, which are over then. */
  const liveOn = async (): Promise<void> => {
    const number = Math.floor(random() * 1000);
    await writeFile(uploaded(number % FILES), `file ${String(number)}`);
    await site.database.query('UPDATE people SET name = ? WHERE id = ?', [`Ada ${String(number)}`, pick(1, 2)]);
    await site.backUp({ fullEvery: pick(1, 1, 2, 3), retentionDays: pick(1, 1, 1, 90) });
    await site.database.query(
      'UPDATE backup_history SET created_at = created_at - INTERVAL 10 DAY, expires_at = expires_at - INTERVAL 10 DAY',
    );
  };

  const completed = (): Promise<BackupHistory[]> => site.host.backups.listBackups({ status: 'completed', limit: 500 });

  it('are whole: what is kept refers to nothing that is gone', async () => {
    let deletions = 0;
    for (const rules of [{ keepLast: pick(1, 2) }, { daily: pick(1, 2), yearly: 1 }]) {
      for (let made = 0; made < BACKUPS; made += 1) await liveOn();
      await site.withOptions({ ...options, retention: { ...rules, minimumAgeHours: 0 } }, async ({ host }) => {
        deletions += (await host.backups.cleanupExpired({ maxDelete: 100 })).deleted.length;
      });
      const kept = await completed();
      const names = new Set(kept.map(({ backupName }) => backupName));
      expect(new Set((await site.folder.files()).map((file) => file.split('/')[0]))).toEqual(names);
      for (const backup of kept) {
        const { objects } = await site.manifestOf(backup);
        expect(objects.filter(({ set }) => set !== undefined && !names.has(set))).toEqual([]);
        await site.host.backups.verifyBackup(backup.id, 'quick');
      }
    }
    const chained = (await completed()).find(({ parentId }) => parentId !== null);
    await site.host.backups.verifyBackup(chained?.id ?? 0);
    expect(deletions).toBeGreaterThan(0);
  });
});
