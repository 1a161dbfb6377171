import {
  crashSets,
  faultsOfSets,
  prepareSetGround,
  removeSetGround,
  SET_PHASES,
} from '../support/set-crash-campaign.js';
import type { SetCrashGround } from '../support/set-crash-campaign.js';
import { seededRandom } from '../support/crash-moments.js';
import { temporaryFolder, type TemporaryFolder } from '../support/file-tree.js';

/** A slice of `npm run bench:crash -- --sets`. */
const SEED = 20261122;

// a machine that is busy with other things
jest.setTimeout(120_000);

describe('a process that is killed', () => {
  const random = seededRandom(SEED);
  let folder: TemporaryFolder;
  let ground: SetCrashGround;

  beforeAll(async () => {
    folder = await temporaryFolder('crash-sets');
    ground = await prepareSetGround(folder.path);
  });

  afterAll(async () => {
    await removeSetGround(ground);
    await folder.remove();
  });

  it.each(SET_PHASES)('in the middle of %s leaves nothing half done after the next command', async (phase) => {
    const results = await crashSets(ground, phase, random);

    expect(results.flatMap(({ faults }) => faults)).toEqual([]);
    expect(results.at(-1)).toMatchObject({ isFinished: false });
  });

  it('leaves every backup whole', async () => {
    expect(await faultsOfSets(ground)).toEqual([]);
  });
});
