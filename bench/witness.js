import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';

/** Milliseconds between looks. */
const BETWEEN = 50;
/** A statement that takes no longer needs no explanation, milliseconds. */
const LONG = 250;
const LONGEST_TEXT = 90;

/** Looks at what a server's sessions do while somebody waits for a statement. */
export class Witness {
  #waited = 0;
  /** @type {readonly string[]} */
  #seen = [];
  #isOver = false;
  #running;

  /**
   * @param {import('mysql2/promise').Connection} connection
   * @param {() => number} waiting how long the statement that runs has taken, milliseconds
   */
  constructor(connection, waiting) {
    this.#running = this.#look(connection, waiting);
  }

  /**
   * @param {string} url
   * @param {() => number} waiting
   */
  static async start(url, waiting) {
    return new Witness(await createConnection({ uri: url }), waiting);
  }

  /** What the sessions did at the end of the longest wait since the last report, a line each. */
  report() {
    const seen = this.#seen;
    this.#waited = 0;
    this.#seen = [];
    return seen;
  }

  async stop() {
    this.#isOver = true;
    await this.#running;
  }

  /**
   * @param {import('mysql2/promise').Connection} connection
   * @param {() => number} waiting
   */
  async #look(connection, waiting) {
    while (!this.#isOver) {
      const waited = waiting();
      if (waited > LONG && waited > this.#waited) {
        this.#waited = waited;
        const [rows] = await connection.query(
          "SELECT STATE, INFO FROM information_schema.PROCESSLIST WHERE COMMAND NOT IN ('Sleep', 'Daemon') AND ID <> CONNECTION_ID()",
        );
        this.#seen = /** @type {import('mysql2/promise').RowDataPacket[]} */ (rows).map(
          ({ STATE: state, INFO: text }) => `${state}: ${String(text).slice(0, LONGEST_TEXT)}`,
        );
      }
      await pause(BETWEEN);
    }
    await connection.end();
  }
}
