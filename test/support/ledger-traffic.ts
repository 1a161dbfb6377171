import { setTimeout as pause } from 'node:timers/promises';
import { createConnection, type Connection } from 'mysql2/promise';
import { ACCOUNTS, LEDGER_DIALECTS, WRITERS, type Ledger } from './ledger.js';
import { numbersTo } from './numbered-rows.js';

const DEADLOCK = 1213;

/** An application at work on a ledger: eight sessions that write, and one that changes definitions. */
export class LedgerTraffic {
  /** Committed transfers. */
  transfers = 0;
  /** Changes of definitions. */
  changes = 0;
  private isStopped = false;
  private readonly running: Promise<void>[] = [];
  private readonly ledger: Ledger;
  private readonly random: () => number;

  private constructor(ledger: Ledger, random: () => number) {
    this.ledger = ledger;
    this.random = random;
  }

  /** @param betweenChanges milliseconds between changes of definitions, at most; null: none */
  static start(ledger: Ledger, random: () => number, betweenChanges: number | null): LedgerTraffic {
    const traffic = new LedgerTraffic(ledger, random);
    for (let writer = 1; writer <= WRITERS; writer += 1) {
      traffic.running.push(traffic.repeat((connection) => traffic.write(connection, writer)));
    }
    if (betweenChanges !== null) {
      let version = 0;
      traffic.running.push(
        traffic.repeat(async (connection) => {
          await pause(random() * betweenChanges);
          version = await traffic.change(connection, version);
          traffic.changes += 1;
        }),
      );
    }
    return traffic;
  }

  /** Resolves when so many more transfers have been committed. */
  async more(transfers: number): Promise<void> {
    const goal = this.transfers + transfers;
    while (this.transfers < goal && !this.isStopped) await pause(5);
  }

  /** Rejects with the first error that a session has met. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.running);
  }

  private async repeat(act: (connection: Connection) => Promise<void>): Promise<void> {
    const connection = await createConnection({ uri: this.ledger.url, multipleStatements: true });
    try {
      while (!this.isStopped) await act(connection);
    } finally {
      this.isStopped = true;
      connection.destroy();
    }
  }

  private pick(count: number): number {
    return 1 + Math.floor(this.random() * count);
  }

  private async write(connection: Connection, writer: number): Promise<void> {
    const { branch, server } = this.ledger;
    const source = this.pick(ACCOUNTS);
    const isToBranch = this.random() < 0.5;
    const target = this.pick(ACCOUNTS);
    const amount = this.pick(50);
    const into = isToBranch ? `${branch}.accounts` : 'accounts';
    try {
      await connection.query('START TRANSACTION');
      await connection.query(`UPDATE accounts SET balance = balance - ${String(amount)} WHERE id = ${String(source)}`);
      await connection.query(`UPDATE ${into} SET balance = balance + ${String(amount)} WHERE id = ${String(target)}`);
      await connection.query(
        `INSERT INTO entries (source, target, amount) VALUES (${String(source)}, ${isToBranch ? '0' : String(target)}, ${String(amount)})`,
      );
      await connection.query(
        `UPDATE ${branch}.counters SET transfers = transfers + 1 WHERE writer = ${String(writer)}`,
      );
      await connection.query('COMMIT');
    } catch (error) {
      if ((error as { errno?: number }).errno !== DEADLOCK) throw error;
      await connection.query('ROLLBACK');
      return;
    }
    this.transfers += 1;
    await connection.query(`UPDATE journal SET transfers = transfers + 1 WHERE writer = ${String(writer)}`);
    await connection.query(`UPDATE paper SET value = value + IF(id % 2 = 0, ${String(amount)}, -${String(amount)})`);
    await connection.query(LEDGER_DIALECTS[server.name].takeTicket);
    await pause(this.random() * 20);
  }

  /** @returns the version of the shape */
  private async change(connection: Connection, version: number): Promise<number> {
    const { branch } = this.ledger;
    const next = version + 1;
    switch (this.pick(7)) {
      case 1:
        await connection.query(`ALTER TABLE shape ADD COLUMN v${String(next)} INT`);
        await connection.query(`INSERT INTO ${branch}.shapes VALUES (${String(next)})`);
        await connection.query(`CREATE OR REPLACE VIEW shape_now AS SELECT v${String(next)} AS version FROM shape`);
        await connection.query(`ALTER TABLE shape DROP COLUMN v${String(version)}`);
        return next;
      case 2:
        await connection.query('RENAME TABLE twin_a TO twin, twin_b TO twin_a, twin TO twin_b');
        return version;
      case 3:
        await connection.query('ALTER TABLE parts EXCHANGE PARTITION high WITH TABLE spare');
        return version;
      case 4:
        await connection.query('TRUNCATE TABLE buffer');
        return version;
      case 5:
        await connection.query(`INSERT INTO buffer (batch) SELECT ${String(this.transfers)} FROM ${numbersTo(10)}`);
        return version;
      case 6:
        await connection.query('ALTER TABLE entries ADD COLUMN note INT');
        await connection.query('ALTER TABLE entries DROP COLUMN note');
        return version;
      default:
        await connection.query('CREATE TABLE scratch (id INT PRIMARY KEY)');
        await connection.query('INSERT INTO scratch VALUES (1)');
        await connection.query('DROP TABLE scratch');
        return version;
    }
  }
}
