import { ContentProgress, type StoreProgress } from './content-progress.js';

describe('Progress of databases and files', () => {
  const root = { name: 'uploads', path: '/srv/uploads', exclude: [], kind: 'files' } as const;

  const fractionsOf = (expectedBytes: number | null, databases: string[]): number[] => {
    const seen: StoreProgress[] = [];
    const sources = { databases, roots: [root] };
    const progress = new ContentProgress({ sources, expectedBytes, onProgress: (report) => seen.push(report) });
    progress.databases({ fraction: 0.5, bytes: 100, rows: 10 });
    progress.databases({ fraction: 0.98, bytes: 196, rows: 20 });
    progress.files({ fraction: 0.5, bytes: 400 });
    return seen.map(({ fraction }) => Number(fraction.toFixed(2)));
  };

  it('is weighted by bytes, going by what an earlier set held', () => {
    expect(fractionsOf(1000, ['shop'])).toEqual([0.1, 0.2, 0.6]);
  });

  it('counts each for a half where nothing is known', () => {
    expect(fractionsOf(null, ['shop'])).toEqual([0.25, 0.49, 0.75]);
  });

  it('leaves something for the files, however much the databases have grown', () => {
    expect(fractionsOf(10, ['shop'])).toEqual([0.49, 0.96, 0.99]);
  });
});
