import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HOST_PROGRAMS, LIBRARY_PACKAGE, bundleHost, bundleLibrary } from './bundle.js';
import { run } from './child-process.js';
import { withLock } from './lock.js';
import { dependencyProgram, inProject, projectRoot } from './project.js';
import { SetupError } from './setup-error.js';

const PROJECTS = ['host', 'backup'];
const BUNDLERS = ['scripts/bundle.js', 'scripts/bundled-dependencies.js'];
const SOURCES = [
  'apps',
  'libs',
  'nest-cli.json',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
  'LICENSE',
  ...BUNDLERS,
];
const PACKAGE_FILES = [
  inProject('libs', 'backup', 'package.json'),
  inProject('libs', 'backup', 'README.md'),
  inProject('LICENSE'),
];
const OUTPUT_FOLDERS = [inProject('dist', 'libs', 'backup'), HOST_PROGRAMS, LIBRARY_PACKAGE];
const STAMP = inProject('dist', '.build-stamp');

/**
 * Builds what is not built, or not from the present sources. Writes to stderr only.
 *
 * @param {{ signal?: AbortSignal }} [options]
 */
export async function ensureBuilt({ signal } = {}) {
  if (isCurrent()) return;
  await withLock('build', async () => {
    // Whoever held the lock may have built it.
    if (!isCurrent()) await buildUnlocked(signal);
  });
}

/**
 * Builds the host and the library's package, from nothing. Writes to stderr only.
 *
 * @param {{ signal?: AbortSignal }} [options]
 */
export async function build({ signal } = {}) {
  await withLock('build', () => buildUnlocked(signal));
}

/** @param {AbortSignal} [signal] */
async function buildUnlocked(signal) {
  process.stderr.write(`Building ${PROJECTS.join(' and ')}\n`);
  // Taken first: what changes during the build counts as not built.
  const fingerprint = fingerprintSources();
  rmSync(STAMP, { force: true });
  // Nobody else may start while one of them still writes, even if the other one failed.
  const results = await Promise.allSettled(PROJECTS.map((project) => buildProject(project, signal)));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  await Promise.all([bundleHost(), bundleLibrary()]);
  await Promise.all(packageFiles().map(({ from, to }) => copyFile(from, to)));
  writeFileSync(STAMP, fingerprint);
}

/**
 * @param {string} project
 * @param {AbortSignal} [signal]
 */
async function buildProject(project, signal) {
  const { exitCode, output } = await run(process.execPath, [dependencyProgram('nest'), 'build', project], {
    cwd: projectRoot,
    output: 'collect',
    signal,
  });
  signal?.throwIfAborted();
  if (exitCode !== 0) {
    throw new SetupError(
      `${output.trimEnd()}\nCannot build ${project}: its sources have the faults above. Correct them.`,
    );
  }
}

function isCurrent() {
  const outputs = [STAMP, ...OUTPUT_FOLDERS, ...packageFiles().map(({ to }) => to)];
  return outputs.every((file) => existsSync(file)) && readFileSync(STAMP, 'utf8') === fingerprintSources();
}

/** What `npm pack` needs beside the compiled code. */
function packageFiles() {
  return PACKAGE_FILES.filter((file) => existsSync(file)).map((file) => ({
    from: file,
    to: join(LIBRARY_PACKAGE, basename(file)),
  }));
}

/**
 * Names, times and sizes of all sources: unlike the newest time alone, it also changes when a file is removed or an older
 * one is checked out.
 */
function fingerprintSources() {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap(listFiles).sort()) {
    const stats = statSync(inProject(file), { throwIfNoEntry: false });
    if (stats?.isFile()) hash.update(`${file}\0${stats.mtimeMs}\0${stats.size}\n`);
  }
  return hash.digest('hex');
}

/**
 * @param {string} source
 * @returns {string[]}
 */
function listFiles(source) {
  if (!statSync(inProject(source), { throwIfNoEntry: false })?.isDirectory()) return [source];
  return readdirSync(inProject(source), { recursive: true, encoding: 'utf8' })
    .filter((file) => !file.endsWith('.spec.ts'))
    .map((file) => join(source, file));
}
