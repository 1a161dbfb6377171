import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './child-process.js';
import { SetupError } from './setup-error.js';

// Servers live in folders that are on the PATH of root only.
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * @param {string} name
 * @returns {string | undefined} its absolute path
 */
export function findProgram(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...folders, ...SYSTEM_FOLDERS].map((folder) => join(folder, name)).find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Finds a program, or installs it from Debian's packages where that is possible.
 *
 * @param {string} name
 * @param {readonly string[]} debianPackages that bring it
 * @param {{ alternative?: string, signal?: AbortSignal }} [options] `alternative`: what else the user could do
 * @returns {Promise<string>} its absolute path
 */
export async function ensureProgram(name, debianPackages, { alternative = '', signal } = {}) {
  const found = findProgram(name);
  if (found) return found;
  if (!canInstallPackages()) {
    throw new SetupError(
      `${name} is needed and was not found: install it (Debian: sudo apt-get install ${debianPackages.join(' ')})${alternative}.`,
    );
  }
  await installPackages(debianPackages, signal);
  const installed = findProgram(name);
  if (installed) return installed;
  throw new SetupError(
    `${name} is needed, and Debian's ${debianPackages.join(' and ')} did not bring it: install it by hand.`,
  );
}

function canInstallPackages() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && findProgram('apt-get') !== undefined;
}

/**
 * @param {readonly string[]} packages
 * @param {AbortSignal} [signal]
 */
async function installPackages(packages, signal) {
  process.stderr.write(`Installing Debian's ${packages.join(' and ')}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const command of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { exitCode } = await run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...command], { env, signal });
    signal?.throwIfAborted();
    if (exitCode !== 0) {
      throw new SetupError(
        `Cannot install Debian's ${packages.join(' and ')}: apt-get ${command[0]} ended with ${exitCode}. Its messages are above; ` +
          'solve them, or install by hand.',
      );
    }
  }
}
