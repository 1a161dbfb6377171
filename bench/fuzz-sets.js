/**
 * Changes sets and their manifests in random ways, by themselves and such as build on another one, one seed after another, verifies and
 * restores each, and says which end otherwise than well or with a named error, or leave a trace outside of the root:
 *
 *   npm run bench:fuzz -- [--seed 1] [--minutes 10]
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { runScript } from '../scripts/entry-point.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { support } from './typescript-modules.js';

/** @typedef {typeof import('../test/support/fuzzed-sets.js')} FuzzedSets */
/** @typedef {import('../test/support/fuzzed-sets.js').SetModule} SetModule */

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '10' } },
});

await runScript(async (signal) => {
  await ensureSupportedNode();
  await ensureBuilt({ signal });
  const { makePlainChain, makePlainSet, mutate, tryManifest, trySet } = /** @type {FuzzedSets} */ (
    await support('fuzzed-sets')
  );
  const library = await builtLibrary();
  const [alone, chained] = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'nestjs-backup-fuzz-')));
  const patterns = [await makePlainSet(library, alone), await makePlainChain(library, chained)];
  const end = Date.now() + Number(values.minutes) * 60_000;
  let seed = Number(values.seed);
  let faults = 0;
  let tried = 0;
  for (; Date.now() < end && !signal.aborted; seed += 1, tried += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'nestjs-backup-fuzz-'));
    try {
      mkdirSync(join(folder, 'arena'));
      const random = numbers(seed);
      const { manifest, storage } = patterns[seed % patterns.length];
      const set = { manifest, storage: join(folder, 'storage') };
      cpSync(storage, set.storage, { recursive: true });
      const verdict =
        seed % 3 === 0
          ? await tryManifest(library, set, random, folder)
          : await trySet(library, mutate(set, random), folder);
      if (verdict !== null) {
        faults += 1;
        process.stdout.write(`seed ${seed}: ${verdict}\n`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  for (const pattern of [alone, chained]) rmSync(pattern, { recursive: true });
  process.stdout.write(`${tried} sets tried, ${faults} faults\n`);
  return faults === 0 ? 0 : 1;
});

/** @returns {Promise<SetModule>} */
async function builtLibrary() {
  const names = [
    'backup-set/backup-set',
    'database/verify-set',
    'files/back-up-roots',
    'files/verify-roots',
    'files/restore/file-targets',
    'files/restore/restore-roots',
    'storage/open-storage',
  ];
  /** @type {Record<string, unknown>} */
  const all = {};
  for (const name of names) {
    /** @type {unknown} */
    const loaded = await import(new URL(`../dist/libs/backup/${name}.js`, import.meta.url).href);
    Object.assign(all, loaded);
  }
  return /** @type {SetModule} */ (/** @type {unknown} */ (all));
}

/**
 * Numbers between 0 and 1, the same for the same seed (mulberry32).
 *
 * @param {number} seed
 */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
