import type { RestorePreview, TablePreview } from '../database/restore/preview.js';
import { restoreQuestion } from './restore-question.js';

const table = (name: string, rowsNow: number | null, database = 'shop'): TablePreview => ({
  database,
  table: name,
  rowsNow,
  isEstimate: false,
  rowsAfter: 3,
  part: null,
  damage: null,
  change: rowsNow === null ? 'created' : 'replaced',
});

const preview = (more: Partial<RestorePreview>): RestorePreview => ({
  set: '20261121T221005Z-full-3f9c2a',
  tables: [],
  objects: [],
  files: [],
  bytes: 1000,
  expectedSeconds: 1,
  compatibility: { from: 'MariaDB 10.11', to: 'MariaDB 10.11', incompatible: [], skipped: [], provenBySum: [] },
  notices: [],
  ...more,
});

describe('restoreQuestion', () => {
  it('names the tables that are replaced and those that are added, and says nothing of others', () => {
    const kept: TablePreview = { ...table('kept', 7), rowsAfter: null, change: 'left as it is' };
    const tables = [table('orders', 1), table('prices', null), kept];
    const objects = [{ database: 'shop', kind: 'view', name: 'totals' }];
    expect(restoreQuestion(preview({ tables, objects }), {})).toBe(
      'This replaces 1 table of shop (orders) with those of 20261121T221005Z-full-3f9c2a. This adds 1 table of shop (prices) of 20261121T221005Z-full-3f9c2a. Made again: view totals.',
    );
  });

  it('counts tables from the ninth on, and names their databases where there are several', () => {
    const tables = Array.from({ length: 11 }, (_, index) => table(`t${String(index)}`, 1));
    expect(restoreQuestion(preview({ tables: [...tables, table('posts', 1, 'blog')] }), {})).toContain(
      '12 tables of shop, blog (shop.t0, shop.t1, shop.t2, shop.t3, shop.t4, shop.t5, shop.t6, shop.t7 and 4 more)',
    );
  });

  it('says what cannot be undone, and that files are moved aside', () => {
    const files = [
      { root: 'uploads', target: '/srv/uploads', added: 3, changed: 1, unchanged: 0, left: 2, bytes: 9, conflicts: [] },
    ];
    expect(restoreQuestion(preview({ tables: [table('orders', 1)], files }), { exact: true, inPlace: true })).toBe(
      'This replaces 1 table of shop (orders) with those of 20261121T221005Z-full-3f9c2a. Live tables are written to, which cannot be undone but by the safety backup. 3 files of uploads are added and 1 replaced. Files that are not in the backup are moved aside.',
    );
  });
});
