import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { WITH_DEPENDENCIES } from './bundled-dependencies.js';
import { inProject } from './project.js';

/** The library as it is published, and as applications load it. */
export const LIBRARY_PACKAGE = inProject('dist', 'nestjs-backup');
/** The example host's programs: `cli.js` and `main.js`. */
export const HOST_PROGRAMS = inProject('dist', 'host');

const COMPILED_LIBRARY = inProject('dist', 'libs', 'backup');
const COMPILED_HOST = inProject('dist', 'apps', 'host');

/** The threads' code stands beside every program that starts them. */
const THREADS = {
  'engine-worker': 'database/engine/engine-worker.js',
  'file-worker': 'files/threads/file-worker.js',
};

/** What the package exports, by the name of its file. */
const EXPORTS = {
  index: 'index.js',
  cli: 'cli/index.js',
  prometheus: 'prometheus/index.js',
  'storage-testing': 'storage-testing/index.js',
  terminus: 'terminus/index.js',
};

/**
 * Makes a few files of the library's hundreds of modules: finding and linking each of them was a quarter of the time of
 * a short command. The declarations of types stay as they are compiled.
 */
export async function bundleLibrary() {
  await emptyFolder(LIBRARY_PACKAGE);
  await bundle(LIBRARY_PACKAGE, COMPILED_LIBRARY, { ...EXPORTS, ...THREADS });
  await cp(COMPILED_LIBRARY, LIBRARY_PACKAGE, { recursive: true, filter: (path) => !path.endsWith('.js') });
}

/**
 * The same for the example host, which has the library's sources compiled in. Its commands have what they depend on in them too;
 * its server starts once and loads packages that have to find the Nest that is installed.
 */
export async function bundleHost() {
  const threads = Object.entries(THREADS).map(
    ([name, file]) => /** @type {const} */ ([name, `libs/backup/src/${file}`]),
  );
  await emptyFolder(HOST_PROGRAMS);
  const commands = { cli: 'apps/host/src/cli.js', ...Object.fromEntries(threads) };
  await bundle(HOST_PROGRAMS, COMPILED_HOST, commands, WITH_DEPENDENCIES);
  await bundle(HOST_PROGRAMS, COMPILED_HOST, { main: 'apps/host/src/main.js' });
}

/** @param {string} folder */
async function emptyFolder(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

/**
 * @param {string} folder
 * @param {string} compiled
 * @param {Readonly<Record<string, string>>} programs the name of each file, and the module below `compiled` that it starts with
 * @param {import('esbuild').BuildOptions} [options]
 */
async function bundle(folder, compiled, programs, { minifyWhitespace = false, ...options } = {}) {
  // before the dependencies are installed, who asks whether there is a build finds this module but not that one
  const { build, transform } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(Object.entries(programs).map(([name, module]) => [name, `${compiled}/${module}`])),
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    packages: 'external',
    logLevel: 'silent',
    ...options,
    write: false,
  });
  await Promise.all(
    outputFiles.map(async ({ path, text }) => {
      const program = withConstants(text);
      // afterwards, as constants are found by the lines that they stand on
      await writeFile(path, minifyWhitespace ? (await transform(program, { minifyWhitespace })).code : program);
    }),
  );
}

/**
 * Makes constants again of what esbuild makes variables of: V8 reads a variable of a module anew for each byte, which was a
 * fifteenth of a dump's processor time.
 *
 * @param {string} program
 */
function withConstants(program) {
  return program.replace(/^var (?=[A-Z][A-Z0-9_]* = )/gm, 'const ');
}
