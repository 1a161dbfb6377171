import { crashCampaign, faultsOfLife, prepareGround, type CrashGround } from '../support/crash-campaign.js';
import { crashPhases, seededRandom } from '../support/crash-moments.js';
import { applicationStatements, laterStatements } from '../support/crash-schema.js';
import { createCrashSite, type CrashSite } from '../support/crash-site.js';

/** A slice of `bench/crash-campaign.js`, whose table is in the README. */
const SEED = 20261122;
const MEGABYTES = 5;

// a machine that is busy with other things
jest.setTimeout(120_000);

describe('a process that is killed', () => {
  const random = seededRandom(SEED);
  let site: CrashSite;
  let ground: CrashGround;

  beforeAll(async () => {
    site = await createCrashSite(applicationStatements(MEGABYTES));
    ground = await prepareGround(site, laterStatements());
  });

  afterAll(() => site.remove());

  it.each([
    ['dump', 2],
    ['staging', 2],
    ['just before the swap', 2],
    ['swap', 2],
    ['swap, and recovery', 1],
    ['undo', 1],
  ])(
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
