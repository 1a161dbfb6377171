/** Lets so many go on at once; others wait, in the order in which they came. */
export class Turns {
  private taken = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly places: number) {}

  /** How many more would not wait. */
  get free(): number {
    return Math.max(0, this.places - this.taken);
  }

  /**
   * @param signal ends the waiting
   * @returns gives the turn to the next one
   * @throws the signal's reason
   */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.taken < this.places) {
      this.taken += 1;
    } else {
      await this.wait(signal);
    }
    return () => {
      this.giveOn();
    };
  }

  private wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(begin), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(begin);
    });
  }

  private giveOn(): void {
    const next = this.waiting.shift();
    if (next === undefined) {
      this.taken -= 1;
    } else {
      next();
    }
  }
}
