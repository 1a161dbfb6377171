import { chmod, mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { run } from './child-process.js';
import { SetupError } from './setup-error.js';
import { inTemporaryFolder } from './temporary-folder.js';

const PACKAGES = ['mysql-server-core', 'mysql-client-core'];
const UNNEEDED_PACKAGE = /^(perl|libperl)/;
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const SOURCES_FOLDER = '/etc/apt/sources.list.d';
const SOURCES_FILE = '/etc/apt/sources.list';

const SERVER_OPTIONS = [
  '"--basedir=$home/usr"',
  '"--plugin-dir=$home/usr/lib/mysql/plugin"',
  '"--character-sets-dir=$home/usr/share/mysql/charsets"',
  '"--lc-messages-dir=$home/usr/share/mysql"',
];

/** What goes to `bin`, with the options that each program needs to find its files. */
const PROGRAMS = [
  { path: 'usr/sbin/mysqld', options: SERVER_OPTIONS },
  { path: 'usr/bin/mysql', options: [] },
  { path: 'usr/bin/mysqldump', options: [] },
];

/**
 * Puts the MySQL server and client of Debian unstable into a folder of their own: nothing is installed, since their
 * packages would replace MariaDB's. apt checks the packages against Debian's keys as always.
 *
 * @param {string} home the folder, not there yet; its `bin` has `mysqld`, `mysql` and `mysqldump`
 * @param {AbortSignal} [signal]
 */
export async function fetchMysql(home, signal) {
  process.stderr.write(`Fetching Debian's ${PACKAGES.join(' and ')} into ${home}\n`);
  const parent = dirname(home);
  await mkdir(parent, { recursive: true });
  await inTemporaryFolder('apt', async (work) => {
    const packages = await download(work, signal);
    // beside the folder it becomes, for it can only be renamed within a file system
    await inTemporaryFolder(
      'mysql',
      async (unpacked) => {
        for (const file of packages) await command('dpkg-deb', ['-x', file, unpacked], signal);
        await mkdir(join(unpacked, 'bin'));
        for (const { path, options } of PROGRAMS) await writeLauncher(unpacked, path, options);
        await chmod(unpacked, 0o755);
        await rename(unpacked, home);
      },
      parent,
    );
  });
}

/**
 * @param {string} work
 * @param {AbortSignal} [signal]
 * @returns {Promise<string[]>} package files
 */
async function download(work, signal) {
  const archives = join(work, 'cache', 'archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await mkdir(join(work, 'lists', 'partial'), { recursive: true });
  const sources = join(work, 'sources.list');
  await writeFile(sources, `deb [signed-by=${KEYRING}] ${await findMirror()} sid main\n`);
  // As if nothing were installed: everything that the programs need comes along, the C library too.
  const status = join(work, 'status');
  await writeFile(status, '');
  const options = [
    '-qq',
    `-oDir::Etc::SourceList=${sources}`,
    '-oDir::Etc::SourceParts=/dev/null',
    `-oDir::State::Lists=${join(work, 'lists')}`,
    `-oDir::State::status=${status}`,
    `-oDir::Cache=${join(work, 'cache')}`,
  ];
  await command('apt-get', [...options, 'update'], signal);
  await command(
    'apt-get',
    [...options, 'install', '-y', '--no-install-recommends', '--download-only', ...PACKAGES],
    signal,
  );
  const files = (await readdir(archives)).filter((file) => file.endsWith('.deb') && !UNNEEDED_PACKAGE.test(file));
  return files.map((file) => join(archives, file));
}

/** The mirror that this machine takes Debian from. */
async function findMirror() {
  const parts = await readdir(SOURCES_FOLDER).catch(() => []);
  for (const file of [SOURCES_FILE, ...parts.map((part) => join(SOURCES_FOLDER, part))]) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const mirror = /^(?:URIs:|deb\s(?:\[.*?\]\s)?)\s*(https?:\/\/\S+\/debian)\/?(?=\s|$)/m.exec(text)?.[1];
    if (mirror) return mirror;
  }
  throw new SetupError(`${SOURCES_FILE} and ${SOURCES_FOLDER} name no mirror of Debian. Add one.`);
}

/**
 * Makes a program run with the C library that it came with.
 *
 * @param {string} home
 * @param {string} path
 * @param {readonly string[]} options
 */
async function writeLauncher(home, path, options) {
  // The arguments go first, since `--no-defaults` must.
  const script = [
    '#!/bin/sh',
    'home=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)',
    'lib=$home/usr/lib/x86_64-linux-gnu',
    `exec "$lib/ld-linux-x86-64.so.2" --library-path "$lib:$home/usr/lib/mysql/private" "$home/${path}" "$@" ${options.join(' ')}`,
    '',
  ];
  await writeFile(join(home, 'bin', basename(path)), script.join('\n'), { mode: 0o755 });
}

/**
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @param {AbortSignal} [signal]
 */
async function command(program, programArguments, signal) {
  const { exitCode, output } = await run(program, programArguments, { output: 'collect', signal });
  signal?.throwIfAborted();
  if (exitCode === 0) return;
  throw new SetupError(`${program} ended with ${exitCode}: ${output.trim().split('\n').at(-1) ?? ''}`);
}
