import { setTimeout as pause } from 'node:timers/promises';
import { createConnection, type Connection } from 'mysql2/promise';

/** Milliseconds between the handfuls of rows that are written. */
const BETWEEN = 20;

/** What a writer has met. */
export interface WriterReport {
  readonly rows: number;
  readonly rowsPerSecond: number;
  /** Of all statements, milliseconds. */
  readonly slowest: number;
}

/** An application that writes so many rows a second, each in a transaction of its own. */
export class SteadyWriter {
  private rows = 0;
  private slowest = 0;
  private isStopped = false;
  private readonly startedAt = performance.now();
  private readonly running: Promise<void>;

  // fields, since Node takes the types out by itself where measurements use this
  private readonly connection: Connection;
  private readonly rowsPerSecond: number;

  private constructor(connection: Connection, rowsPerSecond: number) {
    this.connection = connection;
    this.rowsPerSecond = rowsPerSecond;
    this.running = this.write();
    // stop() says it
    this.running.catch(() => undefined);
  }

  /** Makes its table, `steady`, in the database of the URL. */
  static async start(url: string, rowsPerSecond: number): Promise<SteadyWriter> {
    const connection = await createConnection({ uri: url });
    await connection.query(
      'CREATE TABLE IF NOT EXISTS steady (id INT AUTO_INCREMENT PRIMARY KEY, text VARCHAR(100), written TIMESTAMP(3))',
    );
    return new SteadyWriter(connection, rowsPerSecond);
  }

  /** Rejects with the first error that a statement met. */
  async stop(): Promise<WriterReport> {
    this.isStopped = true;
    try {
      await this.running;
    } finally {
      this.connection.destroy();
    }
    const seconds = (performance.now() - this.startedAt) / 1000;
    return { rows: this.rows, rowsPerSecond: this.rows / seconds, slowest: this.slowest };
  }

  private async write(): Promise<void> {
    while (!this.isStopped) {
      const due = ((performance.now() - this.startedAt) / 1000) * this.rowsPerSecond;
      while (this.rows < due) {
        const startedAt = performance.now();
        await this.connection.query("INSERT INTO steady (text, written) VALUES ('a row of an application', NOW(3))");
        this.slowest = Math.max(this.slowest, performance.now() - startedAt);
        this.rows += 1;
      }
      await pause(BETWEEN);
    }
  }
}
