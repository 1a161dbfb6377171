import { invalidTime, timeIsPast } from '../operation.errors.js';

/** How long ago a moment may be for whoever means now, milliseconds: clocks differ, and words take time to type. */
const STILL_NOW = 60_000;

/** @throws BackupError `invalid_option` for a time to start at that is past */
export function assertNotPast(moment: Date): void {
  if (Date.now() - moment.getTime() > STILL_NOW) {
    throw timeIsPast(moment);
  }
}

/** Epoch seconds, never before the moment. @throws BackupError `invalid_option` for what is no time, or past */
export function startSeconds(moment: Date): number {
  const seconds = Math.ceil(moment.getTime() / 1000);
  if (!Number.isSafeInteger(seconds)) {
    throw invalidTime();
  }
  assertNotPast(moment);
  return seconds;
}
