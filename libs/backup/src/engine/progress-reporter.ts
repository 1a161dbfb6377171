import type { EngineProgress } from './thread-messages.js';

/** Sums up work and reports it a few times a second. */
export class ProgressReporter {
  private bytes = 0;
  private rows = 0;
  private reportedAt = 0;

  constructor(private readonly report: (progress: EngineProgress) => void) {}

  add(bytes: number, rows: number): void {
    this.bytes += bytes;
    this.rows += rows;
    const now = performance.now();
    if (now - this.reportedAt > 200) {
      this.reportedAt = now;
      this.flush();
    }
  }

  flush(): void {
    if (this.bytes > 0 || this.rows > 0) {
      this.report({ bytes: this.bytes, rows: this.rows });
      this.bytes = 0;
      this.rows = 0;
    }
  }
}
