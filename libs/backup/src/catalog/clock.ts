/** Where the current time comes from; tests pass their own. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();

/** Whole seconds since 1970, the unit of the learning platform's columns. */
export const epochSeconds = (time: Date): number => Math.floor(time.getTime() / 1000);
