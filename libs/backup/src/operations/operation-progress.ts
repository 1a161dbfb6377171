import { systemClock, type Clock } from '../catalog/clock.js';

/** How far work is, as it says itself. */
export interface ProgressMeasure {
  /** 0 to 1, weighted by bytes. */
  readonly fraction: number;
  /** Plain bytes handled so far. */
  readonly bytes: number;
}

/** How far an operation is, how fast, and for how long it will go on. */
export interface OperationProgressReport extends ProgressMeasure {
  /** Never goes back, and is 1 only when the operation is done. */
  readonly fraction: number;
  /** Bytes a second lately; 0 before anything can be said. */
  readonly bytesPerSecond: number;
  /** At the pace of lately; null before anything can be said. */
  readonly secondsLeft: number | null;
}

interface Sample extends ProgressMeasure {
  /** Milliseconds. */
  readonly time: number;
}

/** What stands for "lately", milliseconds: short enough to follow a change of pace, long enough not to jump. */
const WINDOW = 10_000;
/** Samples closer together than this tell nothing, milliseconds. */
const APART = 250;
/** Before the operation is done it is not shown as done. */
const ALMOST = 0.999;

/** Turns what work says of itself into what is shown: work may correct its estimates, and what is shown never goes back. */
export class OperationProgress {
  private readonly samples: Sample[];
  private fraction = 0;
  private bytes = 0;

  constructor(private readonly clock: Clock = systemClock) {
    this.samples = [{ fraction: 0, bytes: 0, time: this.now }];
  }

  update(measure: ProgressMeasure): OperationProgressReport {
    this.fraction = Math.max(this.fraction, Math.min(measure.fraction, ALMOST));
    this.bytes = Math.max(this.bytes, measure.bytes);
    this.remember();
    return this.report;
  }

  get report(): OperationProgressReport {
    const { fraction, bytes } = this;
    const [earliest] = this.samples;
    const seconds = (this.now - earliest.time) / 1000;
    const done = fraction - earliest.fraction;
    return {
      fraction,
      bytes,
      bytesPerSecond: seconds > 0 ? Math.round((bytes - earliest.bytes) / seconds) : 0,
      secondsLeft: seconds > 0 && done > 0 ? Math.ceil(((1 - fraction) * seconds) / done) : null,
    };
  }

  /** The first of the samples is at least as old as the window, once there is one so old. */
  private remember(): void {
    const time = this.now;
    if (time - this.samples[this.samples.length - 1].time >= APART) {
      this.samples.push({ fraction: this.fraction, bytes: this.bytes, time });
    }
    while (this.samples.length > 1 && time - this.samples[1].time >= WINDOW) {
      this.samples.shift();
    }
  }

  private get now(): number {
    return this.clock().getTime();
  }
}

/**
 * Work in two parts, one after the other, as one.
 *
 * @param weight the share of the first, 0 to 1
 */
export function inTwoParts(
  weight: number,
  report: (progress: ProgressMeasure) => void,
): readonly [(progress: ProgressMeasure) => void, (progress: ProgressMeasure) => void] {
  let first = 0;
  return [
    ({ fraction, bytes }) => {
      first = bytes;
      report({ fraction: fraction * weight, bytes });
    },
    ({ fraction, bytes }) => {
      report({ fraction: weight + fraction * (1 - weight), bytes: first + bytes });
    },
  ];
}
