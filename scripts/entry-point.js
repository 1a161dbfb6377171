import { constants } from 'node:os';
import { describeFailure } from './setup-error.js';

/** @type {readonly NodeJS.Signals[]} */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const CLEAN_UP_WITHIN_MILLISECONDS = 20_000;

/**
 * Runs a script: its result is the exit code, a failure is shown on stderr. The first ending signal aborts `signal`, so
 * that the script can clean up and then end with 130 (Ctrl-C), 143 or 129; more of them change nothing, since npm sends
 * a second one after the terminal's.
 *
 * @param {(signal: AbortSignal) => Promise<number | void>} script
 */
export async function runScript(script) {
  const cancellation = new AbortController();
  /** @type {number | undefined} */
  let cancelledWith;
  for (const name of ENDING_SIGNALS) {
    process.on(name, () => {
      cancelledWith ??= 128 + constants.signals[name];
      cancellation.abort();
      setTimeout(() => process.exit(cancelledWith), CLEAN_UP_WITHIN_MILLISECONDS).unref();
    });
  }

  let exitCode = 1;
  try {
    exitCode = (await script(cancellation.signal)) ?? 0;
  } catch (error) {
    if (cancelledWith === undefined) process.stderr.write(`${describeFailure(error)}\n`);
  }
  if (cancelledWith !== undefined) process.stderr.write('Cancelled.\n');
  process.exit(cancelledWith ?? exitCode);
}
