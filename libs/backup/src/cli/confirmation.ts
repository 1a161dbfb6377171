import { createInterface } from 'node:readline/promises';
import { BackupError } from '../errors/backup.error.js';
import { printableOutput } from './terminal/printable.js';

/**
 * Asks on a terminal; elsewhere only `--yes` will do.
 *
 * @throws BackupError `not_confirmed`
 */
export async function confirm(question: string, isConfirmed: boolean, signal: AbortSignal): Promise<void> {
  if (isConfirmed) {
    return;
  }
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new BackupError('not_confirmed', `${question} Nothing was done: add --yes to go on.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${printableOutput(question)} Go on? [y/N] `, { signal });
    if (!/^y(?:es)?$/i.test(answer.trim())) {
      throw new BackupError('not_confirmed', 'Nothing was done.');
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    terminal.close();
  }
}
