import { crashCampaign, faultsOfLife, prepareGround, type CrashGround } from '../support/crash-campaign.js';
import { crashPhases, seededRandom } from '../support/crash-moments.js';
import { applicationStatements, laterStatements } from '../support/crash-schema.js';
import { createCrashSite, type CrashSite } from '../support/crash-site.js';
import { describeEachServer, type TestServer } from '../support/test-server.js';

/** A slice of `bench/crash-campaign.js`, with few moments. */
const SEED = 20261122;
const MEGABYTES = 2;

// a machine that is busy with other things
jest.setTimeout(180_000);

/** How often in each phase; `npm run bench:crash -- --server=mysql` has the others. */
const KILLS: Readonly<Record<TestServer['name'], readonly [phase: string, moments: number][]>> = {
  MariaDB: [
    ['dump', 1],
    ['staging', 1],
    ['swap', 2],
    ['swap, and recovery', 1],
    ['undo', 1],
  ],
  MySQL: [['swap', 1]],
};

describeEachServer('a process that is killed', (server) => {
  const random = seededRandom(SEED);
  let site: CrashSite;
  let ground: CrashGround;

  beforeAll(async () => {
    site = await createCrashSite(applicationStatements(MEGABYTES, server.name), [], {}, server.url);
    ground = await prepareGround(site, laterStatements(server.name));
  });

  afterAll(() => site.remove());

  it.each(KILLS[server.name])(
    'during %s leaves the application as it was or as the backup has it, and the next command cleans up',
    async (name, moments) => {
      const phases = crashPhases(ground.backup).filter((phase) => phase.name === name);
      const fractions = Array.from({ length: moments }, random);
      const results = await crashCampaign(ground, phases[0], fractions);
      expect(results.flatMap(({ faults }) => faults)).toEqual([]);
      const hits = results.filter(({ isInPhase }) => isInPhase);
      expect(hits).toHaveLength(moments);
      if (!name.startsWith('swap')) {
        expect(hits.map(({ outcome }) => outcome)).toEqual(hits.map(() => 'as before'));
      }
    },
  );

  it('leaves everything fit for a backup, its verification, a restore and its undo', async () => {
    expect(await faultsOfLife(ground)).toEqual([]);
  });
});
