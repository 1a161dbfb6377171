import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inTemporaryFolder } from '../scripts/temporary-folder.js';
import { createLargeDatabase, createSmallDatabase } from './bench-database.js';
import { BenchServer } from './bench-server.js';

const SMALL_TABLES = 1000;

/**
 * Does something with a site on a server of its own, and leaves nothing of either.
 *
 * @template T
 * @param {import('./bench-server.js').Flavour} flavour
 * @param {number} megabytes of data in the large database
 * @param {AbortSignal} signal
 * @param {(site: BenchSite) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withBenchSite(flavour, megabytes, signal, use) {
  const server = await BenchServer.start(flavour, [], signal);
  try {
    return await inTemporaryFolder('bench', async (folder) =>
      use(await BenchSite.create(server, folder, megabytes, signal)),
    );
  } finally {
    await server.stop();
  }
}

/** What contests share: the server, the data, which is made when first asked for, and a folder for files. */
export class BenchSite {
  /** @type {Promise<string> | undefined} */
  #large;
  /** @type {Promise<string> | undefined} */
  #half;
  /** @type {Promise<string> | undefined} */
  #small;
  #storage;

  /**
   * @param {import('./bench-server.js').BenchServer} server
   * @param {string} folder
   * @param {number} megabytes of data in the large database
   * @param {AbortSignal} signal
   */
  constructor(server, folder, megabytes, signal) {
    this.server = server;
    this.folder = folder;
    this.megabytes = megabytes;
    this.signal = signal;
    this.#storage = join(folder, 'storage');
  }

  /**
   * @param {import('./bench-server.js').BenchServer} server
   * @param {string} folder
   * @param {number} megabytes
   * @param {AbortSignal} signal
   */
  static async create(server, folder, megabytes, signal) {
    const site = new BenchSite(server, folder, megabytes, signal);
    await mkdir(site.#storage);
    await server.query('CREATE DATABASE bench_catalog CHARACTER SET utf8mb4');
    return site;
  }

  /** Where the host keeps its catalog. */
  get url() {
    return this.server.url('bench_catalog');
  }

  get storageUrl() {
    return pathToFileURL(this.#storage).href;
  }

  /** Makes room; the catalog still knows the sets. */
  async emptyStorage() {
    await rm(this.#storage, { recursive: true });
    await mkdir(this.#storage);
  }

  /** @returns the name of the database with the large tables */
  largeDatabase() {
    this.#large ??= this.#make('large', () => createLargeDatabase(this.server, this.megabytes));
    return this.#large;
  }

  /** The same with half as much in them, for what takes long. */
  async halfDatabase() {
    const megabytes = Math.round(this.megabytes / 2);
    this.#half ??= this.#make('half as large', () => createLargeDatabase(this.server, megabytes, 'bench_half'));
    return { name: await this.#half, megabytes };
  }

  async smallDatabase() {
    this.#small ??= this.#make('small', () => createSmallDatabase(this.server, SMALL_TABLES));
    return { name: await this.#small, tables: SMALL_TABLES };
  }

  /**
   * @param {string} what
   * @param {() => Promise<string>} create
   */
  async #make(what, create) {
    process.stdout.write(`Making the ${what} database\n`);
    const name = await create();
    await this.server.settle();
    return name;
  }
}
