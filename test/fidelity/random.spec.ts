import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackupApp, type BackupApp } from '../support/bad-input-app.js';
import { readDialect, type RandomDialect } from '../support/random-columns.js';
import { randomRoundTrip, RETURNS } from '../support/random-round-trip.js';
import { makeRandomSchema } from '../support/random-schema.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { describeEachServer } from '../support/test-server.js';

/** How many, from 1 on; more of them: `npm run bench:random`. */
const SEEDS = { MariaDB: 8, MySQL: 4 } as const;

jest.setTimeout(60_000);

describeEachServer('random schemas', (server) => {
  const seeds = Array.from({ length: SEEDS[server.name] }, (_, index) => index + 1);
  let catalog: TestDatabase;
  let dialect: RandomDialect;
  let folder: string;
  let app: BackupApp;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backup-random-'));
    catalog = await createTestDatabase('random', server.url);
    dialect = await readDialect(catalog.query);
    // small ranges, so that tables are cut into many
    app = await createBackupApp({ url: catalog.url, storageFolder: folder, rangeBytes: 3000, threads: 2 });
  });

  afterAll(async () => {
    await app.close();
    await catalog.drop();
    await rm(folder, { recursive: true });
  });

  it.each(seeds.map((seed) => [seed, RETURNS[seed % RETURNS.length]]))('come back: seed %d, %s', async (seed) => {
    const ground = { serverUrl: server.url, dialect, backups: app.backups, storageFolder: folder };
    const { before, after } = await randomRoundTrip(ground, `${catalog.name}_trip`, seed);
    expect(after).toEqual(before);
  });

  it('are the same for the same seed, and hold something of everything in the long run', async () => {
    const make = (name: string, seed: number): ReturnType<typeof makeRandomSchema> =>
      makeRandomSchema(server.url, `${catalog.name}_${name}`, dialect, seed);
    expect(await make('first', 7)).toEqual(await make('second', 7));
    const made = await Promise.all(seeds.map((seed) => make(`each_${seed}`, seed)));
    const total = (count: 'tables' | 'rows' | 'objects'): number => made.reduce((sum, each) => sum + each[count], 0);
    expect(total('tables')).toBeGreaterThan(10);
    expect(total('rows')).toBeGreaterThan(500);
    expect(total('objects')).toBeGreaterThan(15);
  });
});
