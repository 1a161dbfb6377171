import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../scripts/ensure-built.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const INSTALLED = join(ROOT, 'node_modules');

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The tarball that `npm pack` makes of the built library. */
export interface PackedLibrary {
  readonly tarball: string;
  /** Paths in the package. */
  readonly files: readonly string[];
  remove(): Promise<void>;
}

export async function packLibrary(): Promise<PackedLibrary> {
  await ensureBuilt();
  const folder = await mkdtemp(join(tmpdir(), 'nestjs-backup-pack-'));
  const { stdout } = await succeed(
    'npm',
    ['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', folder],
    join(ROOT, 'dist', 'nestjs-backup'),
  );
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  return {
    tarball: join(folder, filename),
    files: files.map(({ path }) => path).sort(),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A Nest application outside of this repository, with nothing of it but what it would have installed. */
export interface EmptyApplication {
  readonly folder: string;
  /** Where the package was unpacked. */
  readonly library: string;
  write(path: string, content: string): Promise<void>;
  /** Runs a file of it with Node. */
  node(file: string, env?: NodeJS.ProcessEnv): Promise<ProgramResult>;
  /** Runs a program of this repository's dependencies in its folder. */
  run(program: string, ...words: string[]): Promise<ProgramResult>;
  remove(): Promise<void>;
}

/**
 * Unpacks the library where npm would put it. All other packages are links into this repository's, so that nothing is
 * downloaded.
 *
 * @param without packages that this application has not installed
 */
export async function createApplication(library: PackedLibrary, without: readonly string[]): Promise<EmptyApplication> {
  // tsc and Node go by real paths
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'nestjs-backup-app-')));
  const modules = join(folder, 'node_modules');
  for (const name of await installedPackages()) {
    if (!without.includes(name)) {
      await mkdir(dirname(join(modules, name)), { recursive: true });
      await symlink(join(INSTALLED, name), join(modules, name));
    }
  }
  const target = join(modules, 'nestjs-backup');
  await mkdir(target);
  await succeed('tar', ['-xzf', library.tarball, '--strip-components=1', '-C', target], folder);
  const write = (path: string, content: string): Promise<void> => writeFile(join(folder, path), content);
  await write('package.json', JSON.stringify({ name: 'shop', private: true, type: 'module' }));
  return {
    folder,
    library: target,
    write,
    node: (file, env) => execute(process.execPath, [file], folder, { ...process.env, ...env }),
    run: (program, ...words) => execute(process.execPath, [join(INSTALLED, '.bin', program), ...words], folder),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function installedPackages(): Promise<string[]> {
  const names: string[] = [];
  for (const name of await readdir(INSTALLED)) {
    if (name.startsWith('@')) {
      names.push(...(await readdir(join(INSTALLED, name))).map((part) => `${name}/${part}`));
    } else if (!name.startsWith('.')) {
      names.push(name);
    }
  }
  return names;
}

async function succeed(program: string, words: readonly string[], cwd: string): Promise<ProgramResult> {
  const result = await execute(program, words, cwd);
  if (result.exitCode !== 0) throw new Error(`${program} ${words.join(' ')} failed: ${result.stderr}`);
  return result;
}

function execute(
  program: string,
  words: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    execFile(program, words, { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode === 'number') {
        resolve({ exitCode, stdout, stderr });
      } else {
        reject(new Error(`${program} could not be run`, { cause: error }));
      }
    });
  });
}
