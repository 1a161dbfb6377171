import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LOOPBACK, findFreePort, isAnswering } from './loopback.js';
import { ensureProgram } from './programs.js';
import { SetupError } from './setup-error.js';
import { watchFolder } from './watchdog.js';

const READY_WITHIN_MILLISECONDS = 20_000;
const RETRY_MILLISECONDS = 20;
const PORT_ATTEMPTS = 3;
const PORT_TAKEN = 'Address already in use';
const LOG_LINES = 5;

export const REDIS_PACKAGES = ['redis-server'];

/**
 * Starts a Redis server of its own: free loopback port, random password, nothing on disk but its log. It ends with this
 * process, whatever that dies of.
 *
 * @param {{ signal?: AbortSignal }} [options] `signal`: gives up finding or installing it
 * @returns {Promise<ThrowawayRedis>}
 */
export async function startRedis({ signal } = {}) {
  const program = await ensureProgram('redis-server', REDIS_PACKAGES, { signal });
  const server = new ThrowawayRedis(program, await mkdtemp(join(tmpdir(), 'nestjs-backup-redis-')));
  try {
    await server.start();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** A Redis server in a temporary folder. */
export class ThrowawayRedis {
  password = randomBytes(16).toString('hex');
  port = 0;

  #program;
  #folder;
  #logFile;
  #watchdog;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #process;
  /** @type {Promise<void>} */
  #ended = Promise.resolve();

  /**
   * @param {string} program
   * @param {string} folder an empty one, which belongs to the server from now on
   */
  constructor(program, folder) {
    this.#program = program;
    this.#folder = folder;
    this.#logFile = join(folder, 'redis.log');
    this.#watchdog = watchFolder(folder);
  }

  /** With the password: `redis://:password@127.0.0.1:port`. */
  get url() {
    return `redis://:${this.password}@${LOOPBACK}:${this.port}`;
  }

  /** Starts it, on the same port when it ran before: with nothing in it. */
  async start() {
    const isNew = this.port === 0;
    for (let attempt = 1; ; attempt += 1) {
      if (isNew) this.port = await findFreePort();
      this.#launch();
      if (await this.#isReady()) return;
      await this.kill();
      const log = await readFile(this.#logFile, 'utf8').catch(() => '(none)');
      // Somebody may take a port between finding it and using it.
      if (isNew && attempt < PORT_ATTEMPTS && log.includes(PORT_TAKEN)) continue;
      const end = log.trimEnd().split('\n').slice(-LOG_LINES).join('\n');
      throw new SetupError(`Redis (${this.#program}) does not start. The end of its log:\n${end}`);
    }
  }

  /** Ends it as a crash would; {@link start} brings it back, empty. */
  async kill() {
    this.#process?.ref();
    this.#process?.kill('SIGKILL');
    await this.#ended;
  }

  /** Ends it and removes its files. */
  async stop() {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
    this.#watchdog.release();
  }

  #launch() {
    // The password goes through a pipe, since everybody can read arguments. A session of its own: see the other servers.
    const child = spawn(this.#program, ['-'], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    child.stdin.on('error', () => undefined);
    child.stdin.end(this.#configuration());
    this.#process = child;
    this.#watchdog.guard(child.pid);
    this.#ended = new Promise((resolve) => {
      const settle = () => {
        this.#process = undefined;
        this.#watchdog.guard(undefined);
        resolve();
      };
      child.on('exit', settle);
      child.on('error', settle);
    });
  }

  #configuration() {
    return [
      `bind ${LOOPBACK}`,
      `port ${this.port}`,
      `unixsocket ${this.#socket}`,
      `requirepass ${this.password}`,
      `dir ${this.#folder}`,
      `logfile ${this.#logFile}`,
      'save ""',
      'appendonly no',
      'maxmemory-policy noeviction',
      '',
    ].join('\n');
  }

  get #socket() {
    return join(this.#folder, 'redis.sock');
  }

  async #isReady() {
    const deadline = Date.now() + READY_WITHIN_MILLISECONDS;
    while (this.#process && Date.now() < deadline) {
      if (await isAnswering(this.#socket, 'PING\r\n')) {
        // A script that forgets to stop its server still ends, and the server with it.
        this.#process.unref();
        return true;
      }
      await delay(RETRY_MILLISECONDS);
    }
    return false;
  }
}
