import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { findMysql } from '../scripts/find-mysql.js';
import { ensureProgram } from '../scripts/programs.js';
import { SetupError } from '../scripts/setup-error.js';
import { startMariadb, startMysql } from '../scripts/throwaway-server.js';

/** As a small production server would be set: commits are flushed, pages written twice, half of them fit in memory. */
const DURABLE = [
  '--innodb-flush-log-at-trx-commit=1',
  '--innodb-doublewrite=1',
  '--innodb-buffer-pool-size=2G',
  '--max-allowed-packet=64M',
];
/** A redo log of 1 GB, under the name that each server has for it. */
const LOG = { mariadb: '--innodb-log-file-size=1G', mysql: '--innodb-redo-log-capacity=1G' };

/** @typedef {'mariadb' | 'mysql'} Flavour */
/** @typedef {{ dump: string, client: string }} StockPrograms the server's own dump program and client */

/**
 * A kind of server, as a script's user names it.
 *
 * @param {string} name
 * @returns {Flavour}
 */
export function serverFlavour(name) {
  if (name !== 'mariadb' && name !== 'mysql') {
    throw new SetupError(`There is no server ${name}: choose mariadb or mysql.`);
  }
  return name;
}

/** A throw-away server that all contestants work with. */
export class BenchServer {
  /**
   * @param {import('../scripts/throwaway-server.js').ThrowawayServer} server
   * @param {Flavour} flavour
   * @param {StockPrograms} programs
   */
  constructor(server, flavour, programs) {
    this.server = server;
    this.flavour = flavour;
    this.programs = programs;
  }

  /**
   * @param {Flavour} flavour
   * @param {readonly string[]} options more of them, which win
   * @param {AbortSignal} signal
   */
  static async start(flavour, options, signal) {
    const all = [...DURABLE, LOG[flavour], ...options];
    if (flavour === 'mariadb') {
      const programs = {
        dump: await ensureProgram('mariadb-dump', ['mariadb-client'], { signal }),
        client: await ensureProgram('mariadb', ['mariadb-client-core'], { signal }),
      };
      return new BenchServer(await startMariadb({ options: all, signal }), flavour, programs);
    }
    const found = await findMysql({ signal });
    if ('missing' in found) {
      throw new SetupError(found.missing);
    }
    const dump = join(dirname(found.client), 'mysqldump');
    if (!existsSync(dump)) {
      throw new SetupError(`${found.client} is there, but not mysqldump: put it beside it.`);
    }
    const server = await startMysql({ program: found.server, options: all, signal });
    return new BenchServer(server, flavour, { dump, client: found.client });
  }

  get pid() {
    return this.server.pid;
  }

  get settings() {
    return [...DURABLE, LOG[this.flavour]];
  }

  /** Arguments with which every stock program reaches it; the password comes in {@link environment}. */
  get connectionArguments() {
    return [`--host=127.0.0.1`, `--port=${this.server.port}`, `--user=${this.server.user}`];
  }

  get environment() {
    return { MYSQL_PWD: this.server.password };
  }

  /** @param {string} database */
  url(database) {
    return `${this.server.url}/${database}`;
  }

  /**
   * @param {string} sql
   * @returns {Promise<import('mysql2/promise').RowDataPacket[]>}
   */
  async query(sql) {
    const connection = await createConnection({ uri: this.server.url });
    try {
      const [rows] = await connection.query(sql);
      return /** @type {import('mysql2/promise').RowDataPacket[]} */ (rows);
    } finally {
      await connection.end();
    }
  }

  /**
   * Runs statements one after another in one session.
   *
   * @param {readonly string[]} statements
   */
  async run(statements) {
    const connection = await createConnection({ uri: this.server.url });
    try {
      for (const statement of statements) await connection.query(statement);
    } finally {
      await connection.end();
    }
  }

  /** Waits until the server has nothing left to write of what an earlier run did. */
  async settle() {
    const [{ Value: usual }] = await this.query("SHOW VARIABLES LIKE 'innodb_max_dirty_pages_pct'");
    await this.query('SET GLOBAL innodb_max_dirty_pages_pct = 0');
    for (let tries = 0; tries < 100; tries += 1) {
      const [{ Value: dirty }] = await this.query("SHOW STATUS LIKE 'Innodb_buffer_pool_pages_dirty'");
      if (Number(dirty) < 100) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await this.query(`SET GLOBAL innodb_max_dirty_pages_pct = ${Number(usual)}`);
  }

  async stop() {
    await this.server.stop();
  }
}
