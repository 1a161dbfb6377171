import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LOOPBACK, findFreePort, isAnswering } from './loopback.js';
import { ensureProgram } from './programs.js';
import { SetupError } from './setup-error.js';
import { watchFolder } from './watchdog.js';

const READY_WITHIN_MILLISECONDS = 60_000;
const RETRY_MILLISECONDS = 20;
const PORT_ATTEMPTS = 3;
const PORT_TAKEN = 'already have another';
const LOG_LINES = 15;
// sockaddr_un holds 108 bytes, the last one is zero.
const LONGEST_SOCKET_PATH = 107;

/**
 * Unlike Debian's `mariadb-server`, these start no system service. The client's package has a program that
 * `mariadb-install-db` needs.
 */
export const MARIADB_PACKAGES = ['mariadb-server-core', 'mariadb-client-core'];

/** Nothing has to survive a crash of the machine. */
const FAST_OPTIONS = [
  '--skip-name-resolve',
  '--performance-schema=OFF',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=0',
  '--sync-binlog=0',
];

/**
 * @typedef {object} ServerOptions
 * @property {readonly string[]} [options] for the server, such as `--log-bin`; they win over ours
 * @property {AbortSignal} [signal] stops the server, also while it starts
 */

/**
 * @typedef {object} ServerKind
 * @property {string} name for messages
 * @property {string} program the server's executable
 * @property {readonly string[]} installer command that fills a new data folder
 * @property {readonly string[]} options
 */

/**
 * Starts a MariaDB server of its own: new data folder, free loopback port, random root password. It ends with this
 * process, whatever that dies of.
 *
 * @param {ServerOptions} [options]
 * @returns {Promise<ThrowawayServer>}
 */
export async function startMariadb({ options, signal } = {}) {
  const program = await ensureProgram('mariadbd', MARIADB_PACKAGES, { signal });
  const installer = await ensureProgram('mariadb-install-db', MARIADB_PACKAGES, { signal });
  return start(
    {
      name: 'MariaDB',
      program,
      installer: [installer, '--no-defaults', '--auth-root-authentication-method=normal', '--skip-test-db'],
      options: FAST_OPTIONS,
    },
    options,
    signal,
  );
}

/**
 * The same for a MySQL server, whose `mysqld` the caller names.
 *
 * @param {ServerOptions & { program: string }} options
 * @returns {Promise<ThrowawayServer>}
 */
export async function startMysql({ program, options = [], signal }) {
  // what a data folder is made with cannot be changed later
  const lasting = options.filter((option) => option.startsWith('--lower-case-table-names='));
  return start(
    {
      name: 'MySQL',
      program,
      installer: [program, '--no-defaults', '--initialize-insecure', ...lasting],
      options: [...FAST_OPTIONS, '--innodb-flush-method=nosync', '--mysqlx=OFF', '--secure-file-priv='],
    },
    options,
    signal,
  );
}

/**
 * @param {ServerKind} kind
 * @param {readonly string[]} [options]
 * @param {AbortSignal} [signal]
 */
async function start(kind, options = [], signal) {
  signal?.throwIfAborted();
  const server = new ThrowawayServer(kind, await createFolder(kind.name));
  const stop = () => void server.stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await server.start(options);
    signal?.throwIfAborted();
    return server;
  } catch (error) {
    await server.stop();
    signal?.throwIfAborted();
    throw error;
  }
}

/** @param {string} name */
async function createFolder(name) {
  const prefix = `nestjs-backup-${name.toLowerCase()}-`;
  const fitsSocket = join(tmpdir(), `${prefix}XXXXXX/server.sock`).length <= LONGEST_SOCKET_PATH;
  return mkdtemp(join(fitsSocket ? tmpdir() : '/tmp', prefix));
}

/** A database server in a temporary folder. */
export class ThrowawayServer {
  user = 'root';
  password = randomBytes(16).toString('hex');
  port = 0;
  pid = 0;

  #kind;
  #folder;
  #watchdog;
  #setupFile;
  #logFile;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #process;
  /** @type {Promise<number | null>} */
  #ended = Promise.resolve(null);
  /** @type {Promise<void> | undefined} */
  #stopped;

  /**
   * @param {ServerKind} kind
   * @param {string} folder an empty one, which belongs to the server from now on
   */
  constructor(kind, folder) {
    this.#kind = kind;
    this.#folder = folder;
    this.#watchdog = watchFolder(folder);
    this.#setupFile = join(folder, 'setup.sql');
    this.#logFile = join(folder, 'error.log');
    this.dataFolder = join(folder, 'data');
    this.socket = join(folder, 'server.sock');
  }

  /** URL of the server, without a database: `mysql://root:password@127.0.0.1:port`. */
  get url() {
    return `mysql://${this.user}:${this.password}@${LOOPBACK}:${this.port}`;
  }

  /** @param {readonly string[]} options */
  async start(options) {
    await this.#install();
    for (let attempt = 1; ; attempt += 1) {
      this.port = await findFreePort();
      this.#launch([
        this.#kind.program,
        '--no-defaults',
        `--socket=${this.socket}`,
        // a server that starts removes the temporary tables of others in the same folder
        `--tmpdir=${this.#folder}`,
        `--pid-file=${join(this.#folder, 'server.pid')}`,
        `--log-error=${this.#logFile}`,
        `--init-file=${this.#setupFile}`,
        `--bind-address=${LOOPBACK}`,
        `--port=${this.port}`,
        ...this.#kind.options,
        ...options,
      ]);
      if (await this.#isReady()) return;
      const log = await this.#endOfLog();
      // Somebody may take a port between finding it and using it.
      if (attempt < PORT_ATTEMPTS && log.includes(PORT_TAKEN)) continue;
      throw new SetupError(`${this.#kind.name} (${this.#kind.program}) does not start. The end of its log:\n${log}`);
    }
  }

  /** Ends the server and removes its files. */
  stop() {
    this.#stopped ??= this.#remove();
    return this.#stopped;
  }

  /** Ends the server as a crash would: its files stay until `stop`. */
  async kill() {
    // The whole group, since the installer is a script with programs of its own.
    if (this.#process) process.kill(-this.pid, 'SIGKILL');
    this.#process?.ref();
    await this.#ended;
  }

  async #remove() {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
    this.#watchdog.release();
  }

  async #install() {
    await writeFile(this.#setupFile, setupStatements(this.password), { mode: 0o600 });
    this.#launch(this.#kind.installer);
    if ((await this.#ended) === 0) return;
    throw new SetupError(
      `${this.#kind.name} cannot create a data folder in ${this.#folder}. The end of its log:\n${await this.#endOfLog()}`,
    );
  }

  /** @param {readonly string[]} command */
  #launch([program = '', ...programArguments]) {
    if (this.#stopped) return;
    const log = openSync(this.#logFile, 'a');
    // A session of its own, or Ctrl-C in a terminal would end the server before those who still use it.
    const child = spawn(program, [...programArguments, `--datadir=${this.dataFolder}`, ...userOption()], {
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#process = child;
    this.pid = child.pid ?? 0;
    this.#watchdog.guard(child.pid);
    this.#ended = new Promise((resolve) => {
      /** @param {number | null} exitCode */
      const settle = (exitCode) => {
        this.#process = undefined;
        this.#watchdog.guard(undefined);
        resolve(exitCode);
      };
      child.on('exit', settle);
      child.on('error', () => {
        settle(null);
      });
    });
  }

  async #isReady() {
    const deadline = Date.now() + READY_WITHIN_MILLISECONDS;
    while (this.#process && Date.now() < deadline) {
      if (await isAnswering(this.socket)) {
        // A script that forgets to stop its server still ends, and the server with it.
        this.#process.unref();
        return true;
      }
      await delay(RETRY_MILLISECONDS);
    }
    return false;
  }

  async #endOfLog() {
    const log = await readFile(this.#logFile, 'utf8').catch(() => '(none)');
    return log.trimEnd().split('\n').slice(-LOG_LINES).join('\n');
  }
}

/** Servers refuse to run as root unless they are told to. */
function userOption() {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/**
 * Statements for the server's first start. Without a password, every user of this machine could be root in there.
 *
 * @param {string} password
 */
function setupStatements(password) {
  return [
    `CREATE USER IF NOT EXISTS 'root'@'${LOOPBACK}';`,
    `ALTER USER 'root'@'${LOOPBACK}' IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO 'root'@'${LOOPBACK}' WITH GRANT OPTION;`,
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';`,
    '',
  ].join('\n');
}
