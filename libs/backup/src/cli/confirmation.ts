import { createInterface } from 'node:readline/promises';
import { BackupError } from '../errors/backup.error.js';
import { printableOutput } from './terminal/printable.js';
import { messageWidth } from './terminal/screen.js';
import { flowText } from './terminal/wrap-text.js';

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
    const shown = flowText(`${printableOutput(question)} Go on? [y/N]`, messageWidth() - 1);
    const answer = await terminal.question(`${shown} `, { signal });
    if (!/^y(?:es)?$/i.test(answer.trim())) {
      throw new BackupError('not_confirmed', 'Nothing was done.');
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    terminal.close();
  }
}
