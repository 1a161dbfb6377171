import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const BENCH = new URL('../../bench/', import.meta.url);

describe('Measurements', () => {
  it('find all the code that they share with tests, in a form that Node takes as it is', async () => {
    const scripts = (await readdir(BENCH)).filter((name) => name.endsWith('.js'));
    const sources = await Promise.all(scripts.map((name) => readFile(new URL(name, BENCH), 'utf8')));
    const shared = sources.flatMap((source) => [...source.matchAll(/support\('([\w-]+)'\)/g)].map(([, name]) => name));
    expect(shared).toContain('random-campaign');

    const load = `import { support } from './typescript-modules.js';
      for (const name of ${JSON.stringify([...new Set(shared)])}) await support(name);`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', load], { cwd: BENCH });
  });
});
