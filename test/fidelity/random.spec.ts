import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackupApp, type BackupApp } from '../support/bad-input-app.js';
import { readDialect, type RandomDialect } from '../support/random-columns.js';
import { randomRoundTrip, RETURNS } from '../support/random-round-trip.js';
import { makeRandomSchema } from '../support/random-schema.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testServerUrl } from '../support/test-server.js';

/** More of them: `npm run bench:random`. */
const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1);

describe('random schemas', () => {
  let catalog: TestDatabase;
  let dialect: RandomDialect;
  let folder: string;
  let app: BackupApp;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backup-random-'));
    catalog = await createTestDatabase('random');
    dialect = await readDialect(catalog.query);
    // small ranges, so that tables are cut into many
    app = await createBackupApp({ url: catalog.url, storageFolder: folder, rangeBytes: 3000, threads: 2 });
  });

  afterAll(async () => {
    await app.close();
    await catalog.drop();
    await rm(folder, { recursive: true });
  });

  it.each(SEEDS.map((seed) => [seed, RETURNS[seed % RETURNS.length]]))('come back: seed %d, %s', async (seed) => {
    const ground = { serverUrl: testServerUrl(), dialect, backups: app.backups, storageFolder: folder };
    const { before, after } = await randomRoundTrip(ground, `${catalog.name}_trip`, seed);
    expect(after).toEqual(before);
  });

  it('are the same for the same seed, and hold something of everything in the long run', async () => {
    const make = (name: string, seed: number): ReturnType<typeof makeRandomSchema> =>
      makeRandomSchema(testServerUrl(), `${catalog.name}_${name}`, dialect, seed);
    expect(await make('first', 7)).toEqual(await make('second', 7));
    const made = await Promise.all(SEEDS.slice(0, 10).map((seed) => make(`each_${seed}`, seed)));
    const total = (count: 'tables' | 'rows' | 'objects'): number => made.reduce((sum, each) => sum + each[count], 0);
    expect(total('tables')).toBeGreaterThan(20);
    expect(total('rows')).toBeGreaterThan(1000);
    expect(total('objects')).toBeGreaterThan(20);
  });
});
