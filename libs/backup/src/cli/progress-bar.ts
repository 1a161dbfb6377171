import type { SingleBar } from 'cli-progress';
import type { OperationProgressReport } from '../operations/operation-progress.js';
import { formatBytes, formatDuration } from '../format.js';

/** From the most to the least important; with the columns that each takes. */
const PARTS = [
  [' {percentage}%', 5],
  ['  {left}', 14],
  ['  {rate}', 12],
  ['  {size}', 10],
] as const;
/** As they stand in the line. */
const ORDER = [0, 3, 2, 1] as const;
const LONGEST_BAR = 28;
const SHORTEST_BAR = 8;
/** Of a terminal that does not say how wide it is, such as that of a serial line. */
const USUAL_COLUMNS = 80;

/** What fits into a line, without its last column, where some terminals wrap. */
export function barLayout(label: string, columns: number): { readonly format: string; readonly barsize: number } {
  let room = columns - 1 - label.length - 1 - SHORTEST_BAR;
  const shown = new Set<number>();
  for (const [index, [, width]] of PARTS.entries()) {
    if (width > room) {
      break;
    }
    shown.add(index);
    room -= width;
  }
  const parts = ORDER.flatMap((index) => (shown.has(index) ? [PARTS[index][0]] : []));
  const barsize = Math.max(Math.min(SHORTEST_BAR + room, LONGEST_BAR), 1);
  return { format: `${label} {bar}${parts.join('')}`, barsize };
}

/** A progress bar on stderr when that is a terminal, from the first progress on; nothing at all in a pipe. */
export class ProgressBar {
  private isShown = false;

  private constructor(private readonly bar: SingleBar | null) {}

  static async start(label: string): Promise<ProgressBar> {
    if (!process.stderr.isTTY) {
      return new ProgressBar(null);
    }
    const { default: progress } = await import('cli-progress');
    const bar = new progress.SingleBar({
      stream: process.stderr,
      ...barLayout(label, process.stderr.columns > 0 ? process.stderr.columns : USUAL_COLUMNS),
      hideCursor: true,
      autopadding: true,
      barCompleteChar: '█',
      barIncompleteChar: '░',
    });
    return new ProgressBar(bar);
  }

  update({ fraction, bytes, bytesPerSecond, secondsLeft }: OperationProgressReport): void {
    this.show();
    this.bar?.update(Math.floor(fraction * 100), {
      // what only looks at presence and size handles no bytes
      size: bytes === 0 ? '' : formatBytes(bytes),
      rate: bytes === 0 ? '' : `${formatBytes(bytesPerSecond)}/s`,
      left: secondsLeft === null ? '' : `${formatDuration(secondsLeft)} left`,
    });
  }

  /** Ends at 100 when all went well, and stays where it is otherwise. */
  stop(succeeded: boolean): void {
    if (succeeded) {
      this.show();
      this.bar?.update(100, { left: '' });
    }
    this.bar?.stop();
  }

  /** What is refused before it begins has no bar. */
  private show(): void {
    if (!this.isShown) {
      this.isShown = true;
      this.bar?.start(100, 0, { size: '', rate: '', left: '' });
    }
  }
}
