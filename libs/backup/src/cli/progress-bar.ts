import type { SingleBar } from 'cli-progress';
import { formatBytes, formatDuration } from '../format.js';

/** A progress bar on stderr when that is a terminal; nothing at all in a pipe. */
export class ProgressBar {
  private readonly startedAt = performance.now();

  private constructor(private readonly bar: SingleBar | null) {}

  static async start(label: string): Promise<ProgressBar> {
    if (!process.stderr.isTTY) {
      return new ProgressBar(null);
    }
    const { default: progress } = await import('cli-progress');
    const bar = new progress.SingleBar({
      stream: process.stderr,
      format: `${label} {bar} {percentage}%  {size}  {rate}/s  {left}`,
      barsize: 28,
      hideCursor: true,
      autopadding: true,
      barCompleteChar: '█',
      barIncompleteChar: '░',
    });
    bar.start(100, 0, { size: '', rate: formatBytes(0), left: '' });
    return new ProgressBar(bar);
  }

  update(fraction: number, bytes: number): void {
    const seconds = (performance.now() - this.startedAt) / 1000;
    const left = fraction > 0.02 ? `${formatDuration((seconds * (1 - fraction)) / fraction)} left` : '';
    this.bar?.update(Math.floor(fraction * 100), {
      size: formatBytes(bytes),
      rate: formatBytes(bytes / Math.max(seconds, 0.001)),
      left,
    });
  }

  /** Ends at 100 when all went well, and stays where it is otherwise. */
  stop(succeeded: boolean): void {
    if (succeeded) {
      this.bar?.update(100, { left: '' });
    }
    this.bar?.stop();
  }
}
