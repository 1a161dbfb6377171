import { invalidTime, timeIsPast, timeIsTooFar } from '../operation.errors.js';

/** How long ago a moment may be for whoever means now, milliseconds: clocks differ, and words take time to type. */
const STILL_NOW = 60_000;

/** Years: what is later is a slip, such as milliseconds in the place of seconds. */
const FARTHEST = 10;

/** @throws BackupError `invalid_option` for what is no time to start at: no date, past, or more than ten years ahead */
export function assertStartTime(moment: Date): void {
  if (Number.isNaN(moment.getTime())) {
    throw invalidTime();
  }
  if (Date.now() - moment.getTime() > STILL_NOW) {
    throw timeIsPast(moment);
  }
  const farthest = new Date();
  farthest.setUTCFullYear(farthest.getUTCFullYear() + FARTHEST);
  if (moment > farthest) {
    throw timeIsTooFar(moment);
  }
}

/** Epoch seconds, never before the moment. @throws BackupError as {@link assertStartTime} */
export function startSeconds(moment: Date): number {
  assertStartTime(moment);
  return Math.ceil(moment.getTime() / 1000);
}
