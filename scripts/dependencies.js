import { existsSync, statSync } from 'node:fs';
import { delimiter, relative } from 'node:path';
import { run } from './child-process.js';
import { readJson } from './json-file.js';
import { withLock } from './lock.js';
import { inProject, projectRoot } from './project.js';
import { SetupError } from './setup-error.js';

const WANTED = inProject('package-lock.json');
const INSTALLED = inProject('node_modules', '.package-lock.json');

/**
 * Installs the dependencies when they are missing or not those of package-lock.json.
 *
 * @param {{ signal?: AbortSignal }} [options]
 */
export async function ensureDependencies({ signal } = {}) {
  if (areDependenciesCurrent()) return;
  await withLock('install', async () => {
    if (!areDependenciesCurrent()) await install(signal);
  });
}

function areDependenciesCurrent() {
  if (!existsSync(INSTALLED)) return false;
  if (statSync(INSTALLED).mtimeMs >= statSync(WANTED).mtimeMs) return true;
  // Git and npm touch package-lock.json without changing what has to be installed.
  const installed = readPackages(INSTALLED);
  return Object.entries(readPackages(WANTED)).every(
    ([folder, wanted]) =>
      folder === '' || (installed[folder] ? installed[folder].version === wanted?.version : wanted?.optional),
  );
}

/**
 * @param {string} file
 * @returns {Partial<Record<string, { version?: string, optional?: boolean }>>}
 */
function readPackages(file) {
  const lock = /** @type {{ packages: ReturnType<typeof readPackages> }} */ (readJson(file));
  return lock.packages;
}

/** @param {AbortSignal} [signal] */
async function install(signal) {
  process.stderr.write(`Installing dependencies (npm ci in ${relative(process.cwd(), projectRoot) || '.'})\n`);
  // npm must not run on the Node it is about to replace.
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(inProject('node_modules')))
    .join(delimiter);
  const { exitCode } = await run(
    'npm',
    ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: projectRoot,
      env: { ...process.env, PATH: path },
      signal,
    },
  ).catch((/** @type {unknown} */ error) => {
    throw new SetupError('Cannot install dependencies: npm does not start. Install npm.', { cause: error });
  });
  signal?.throwIfAborted();
  if (exitCode !== 0) {
    throw new SetupError(
      `Cannot install dependencies: npm ci ended with ${exitCode}. Its messages are above; solve them and run this again.`,
    );
  }
}
