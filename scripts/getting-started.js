/**
 * Follows docs/getting-started.md to the letter, in an application that `nest new` makes: writes its files, types its commands
 * on a terminal, and says yes when it is asked. Downloads what the application installs.
 *
 *   npm run getting-started
 */
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { exitCodeOf, run } from './child-process.js';
import { runScript } from './entry-point.js';
import { dependencyProgram, inProject, projectRoot } from './project.js';
import { ensureSupportedNode } from './runtime.js';
import { SetupError } from './setup-error.js';
import { inTemporaryFolder } from './temporary-folder.js';
import { startMariadb } from './throwaway-server.js';

/** What the page names, and the reader has: its server, and its folder of backups. */
const PAGE_URL = 'mysql://user:password@127.0.0.1:3306/shop';
const PAGE_STORAGE = '/var/backups/shop';
const QUESTION = '[y/N]';

await runScript(async (signal) => {
  await ensureSupportedNode();
  const page = await readFile(inProject('docs', 'getting-started.md'), 'utf8');
  const [inThisRepository, ...inTheApplication] = blocksOf(page, 'sh');
  const server = await startMariadb({ signal });
  const database = await createConnection({ uri: server.url, multipleStatements: true });
  try {
    await database.query(
      'CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY); INSERT INTO shop.orders VALUES (1)',
    );
    await inTemporaryFolder('getting-started', async (folder) => {
      const shop = join(folder, 'shop');
      /** @param {string} text */
      const asTheReaderHasIt = (text) =>
        text.replaceAll(PAGE_URL, `${server.url}/shop`).replaceAll(PAGE_STORAGE, join(folder, 'backups'));

      // without a terminal it asks nothing
      const nest = ['new', 'shop', '--package-manager', 'npm', '--skip-git'];
      const { exitCode } = await run(dependencyProgram('nest'), nest, { cwd: folder, signal });
      if (exitCode !== 0) throw new SetupError(`nest new fails with ${exitCode}: see above.`);
      for (const block of blocksOf(page, 'ts')) {
        const [, path] = /^\/\/ (\S+)\n/.exec(block) ?? [];
        await writeFile(join(shop, path), asTheReaderHasIt(block));
      }
      await type(`export npm_config_pack_destination='${shop}'\n${inThisRepository}`, projectRoot, signal);
      await type(asTheReaderHasIt(inTheApplication.join('')), shop, signal);
    });
    const [rows] = await database.query('SELECT COUNT(*) AS restored FROM shop_copy.orders');
    process.stdout.write(`Every step worked: ${JSON.stringify(rows)}\n`);
  } finally {
    await database.end();
    await server.stop();
  }
});

/**
 * @param {string} markdown
 * @param {string} language
 */
function blocksOf(markdown, language) {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => text);
}

/**
 * Has bash run lines on a pseudo-terminal, each shown before it runs, up to the first that fails.
 *
 * @param {string} lines
 * @param {string} cwd
 * @param {AbortSignal} signal
 */
async function type(lines, cwd, signal) {
  const child = spawn(
    'script',
    ['--quiet', '--return', '--command', 'exec bash -ev -c "$LINES_TO_TYPE"', '/dev/null'],
    {
      cwd,
      env: { ...process.env, LINES_TO_TYPE: lines },
      stdio: ['pipe', 'pipe', 'inherit'],
      signal,
    },
  );
  let asked = '';
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    process.stdout.write(text);
    asked = (asked + text).slice(-1000);
    if (asked.includes(QUESTION)) {
      asked = '';
      child.stdin.write('y\n');
    }
  });
  /** @type {number} */
  const exitCode = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, endedBy) => {
      resolve(exitCodeOf(code, endedBy));
    });
  });
  if (exitCode !== 0) throw new SetupError(`The steps of docs/getting-started.md fail with ${exitCode}: see above.`);
}
