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
  /** When the statement that runs was sent; null between statements. */
  private sentAt: number | null = null;
  private reported = { rows: 0, at: performance.now() };
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

  /** How long the statement that runs has been waited for, milliseconds. */
  get waiting(): number {
    return this.sentAt === null ? 0 : performance.now() - this.sentAt;
  }

  /** What was met since the last report. A statement that runs counts for as long as it has. */
  report(): WriterReport {
    const now = performance.now();
    const rows = this.rows - this.reported.rows;
    const report = {
      rows,
      rowsPerSecond: (rows * 1000) / (now - this.reported.at),
      slowest: Math.max(this.slowest, this.waiting),
    };
    this.reported = { rows: this.rows, at: now };
    this.slowest = 0;
    return report;
  }

  /** Reports and ends. Rejects with the first error that a statement met. */
  async stop(): Promise<WriterReport> {
    const report = this.report();
    this.isStopped = true;
    try {
      await this.running;
    } finally {
      this.connection.destroy();
    }
    return report;
  }

  private async write(): Promise<void> {
    while (!this.isStopped) {
      const due = ((performance.now() - this.startedAt) / 1000) * this.rowsPerSecond;
      while (this.rows < due) {
        this.sentAt = performance.now();
        await this.connection.query("INSERT INTO steady (text, written) VALUES ('a row of an application', NOW(3))");
        this.slowest = Math.max(this.slowest, this.waiting);
        this.sentAt = null;
        this.rows += 1;
      }
      await pause(BETWEEN);
    }
  }
}
