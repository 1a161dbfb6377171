import { execFile } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureProgram } from '../scripts/programs.js';
import { hostCommand } from './host-command.js';
import { measure } from './measured-run.js';

/** @typedef {import('./bench-site.js').BenchSite} BenchSite */
/** @typedef {import('./contest.js').Contest} Contest */
/** @typedef {import('./contest.js').Contestant} Contestant */

const execute = promisify(execFile);

const FILES = 14_000;
const IN_A_FOLDER = 100;
/** Every so many files one is large. */
const LARGE_EVERY = 1400;
const MEGABYTES = 1700;
const LARGE_BYTES = 30_000_000;
const SMALL_BYTES = (MEGABYTES * 1e6 - (FILES / LARGE_EVERY) * LARGE_BYTES) / (FILES - FILES / LARGE_EVERY);
/** As of restic, which has no databases. */
const ONLY_FILES = ['--no-database', '--full-every=1000'];
const RESTIC = 'restic backup';
const RESTIC_CHECK = 'restic check --read-data';

/**
 * The first backup of uploaded files, encrypted.
 *
 * @param {BenchSite} site
 * @returns {Promise<Contest>}
 */
export async function firstFiles(site) {
  const uploads = await Uploads.of(site);
  return {
    title: `First backup of ${FILES} files, ${MEGABYTES} MB, encrypted`,
    unit: 'MB',
    amount: MEGABYTES,
    contestants: [
      {
        name: 'backup:create --type=files',
        run: async () => {
          await site.emptyStorage();
          return uploads.backUp('files');
        },
      },
      {
        name: RESTIC,
        run: async () => {
          await uploads.emptyRepository();
          return uploads.restic();
        },
      },
    ],
    budgets: [{ against: RESTIC, atMost: 0.8 }],
  };
}

/**
 * One more backup of files that have not changed.
 *
 * @param {BenchSite} site
 * @returns {Promise<Contest>}
 */
export async function unchangedFiles(site) {
  const uploads = await Uploads.of(site);
  await uploads.backUp('incremental');
  await uploads.emptyRepository();
  await uploads.restic();
  return {
    title: `Backup of ${FILES} files that have not changed, encrypted`,
    unit: 'files',
    amount: FILES,
    contestants: [
      { name: 'backup:create --type=incremental --no-database', run: () => uploads.backUp('incremental') },
      { name: RESTIC, run: () => uploads.restic() },
    ],
    budgets: [{ against: RESTIC, atMost: 1 }],
  };
}

/**
 * Reading all of a backup of uploaded files, and comparing it with its index. Ours is not encrypted, and there is nothing else in restic.
 *
 * @param {BenchSite} site
 * @returns {Promise<Contest>}
 */
export async function verifiedFiles(site) {
  const uploads = await Uploads.of(site);
  await uploads.backUp('files', false);
  const [{ id }] = await site.server.query('SELECT MAX(id) AS id FROM bench_catalog.backup_history');
  await uploads.emptyRepository();
  await uploads.restic();
  return {
    title: `Full verification of ${FILES} files, ${MEGABYTES} MB`,
    unit: 'MB',
    amount: MEGABYTES,
    contestants: [
      {
        name: 'backup:verify --level=full, not encrypted',
        run: () =>
          measure([hostCommand(['backup:verify', `--id=${id}`, '--level=full'], site)], site.server.pid, site.signal),
      },
      { name: RESTIC_CHECK, run: () => uploads.restic(['check', '--read-data']) },
    ],
    budgets: [{ against: RESTIC_CHECK, atMost: 1 }],
  };
}

/** A folder of uploaded files, and what backs them up. */
class Uploads {
  /** @type {WeakMap<BenchSite, Promise<Uploads>>} */
  static #made = new WeakMap();

  /** @param {BenchSite} site */
  static of(site) {
    const made = Uploads.#made.get(site) ?? Uploads.#make(site);
    Uploads.#made.set(site, made);
    return made;
  }

  /** @param {BenchSite} site */
  static async #make(site) {
    const { signal } = site;
    await ensureProgram('restic', ['restic'], { signal });
    const keygen = await ensureProgram('age-keygen', ['age'], { signal });
    const uploads = new Uploads(site);
    process.stdout.write('Making the files\n');
    makeFiles(uploads.path);
    await execute(keygen, ['-o', uploads.identity]);
    return uploads;
  }

  /** @param {BenchSite} site */
  constructor(site) {
    this.site = site;
    this.path = join(site.folder, 'uploads');
    this.identity = join(site.folder, 'identity.txt');
    this.repository = join(site.folder, 'restic');
  }

  /**
   * @param {'files' | 'incremental'} type
   * @param {boolean} isEncrypted
   */
  backUp(type, isEncrypted = true) {
    const { site, identity, path } = this;
    const command = ['backup:create', `--type=${type}`, ...(type === 'incremental' ? ONLY_FILES : [])];
    const { program, env } = hostCommand(command, site);
    const recipient = /public key: (\S+)/.exec(readFileSync(identity, 'utf8'))?.[1];
    const keys = isEncrypted ? { BACKUP_ENCRYPTION_KEY: recipient, BACKUP_IDENTITY_FILE: identity } : {};
    return measure([{ program, env: { ...env, ...keys, UPLOADS_PATH: path } }], site.server.pid, site.signal);
  }

  /** @param {readonly string[]} command */
  restic(command = ['backup', this.path]) {
    const { site } = this;
    return measure(
      [{ program: ['restic', '--quiet', ...command], env: this.#environment }],
      site.server.pid,
      site.signal,
    );
  }

  async emptyRepository() {
    await rm(this.repository, { recursive: true, force: true });
    await execute('restic', ['init', '--quiet'], { env: { ...process.env, ...this.#environment } });
  }

  get #environment() {
    return {
      RESTIC_REPOSITORY: this.repository,
      RESTIC_PASSWORD: 'secret',
      RESTIC_CACHE_DIR: join(this.repository, 'cache'),
    };
  }
}

/**
 * Files like pictures: bytes that no compression makes smaller, none of them twice.
 *
 * @param {string} folder
 */
function makeFiles(folder) {
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
  const zeros = Buffer.alloc(LARGE_BYTES);
  for (let number = 0; number < FILES; number += 1) {
    const parent = join(folder, String(Math.floor(number / IN_A_FOLDER)).padStart(4, '0'));
    if (number % IN_A_FOLDER === 0) mkdirSync(parent, { recursive: true });
    const spread = 0.5 + (number % IN_A_FOLDER) / (IN_A_FOLDER - 1);
    const length = number % LARGE_EVERY === 0 ? LARGE_BYTES : Math.round(SMALL_BYTES * spread);
    const file = openSync(join(parent, `${number}.jpg`), 'w');
    writeSync(file, noise.update(zeros.subarray(0, length)));
    closeSync(file);
  }
}
