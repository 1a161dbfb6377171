import { createInterface } from 'node:readline/promises';
import { BackupError } from '../errors/backup.error.js';
import { printableOutput } from '../printable.js';
import { messageWidth } from './terminal/screen.js';
import { flowText } from './terminal/wrap-text.js';

/**
 * Asks on a terminal; elsewhere only `--yes` will do.
 *
 * @throws BackupError `not_confirmed`, or `cancelled` by Ctrl-C
 */
export async function confirm(question: string, isConfirmed: boolean, signal: AbortSignal): Promise<void> {
  if (isConfirmed) {
    return;
  }
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new BackupError('not_confirmed', `${question} Nothing was done: add --yes to go on.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const interruption = new AbortController();
  terminal.on('SIGINT', () => {
    interruption.abort(new BackupError('cancelled', 'Cancelled: nothing was done.'));
  });
  const either = AbortSignal.any([signal, interruption.signal]);
  try {
    const shown = flowText(`${printableOutput(question)} Go on? [y/N]`, messageWidth() - 1);
    const answer = await terminal.question(`${shown} `, { signal: either });
    if (!/^y(?:es)?$/i.test(answer.trim())) {
      throw new BackupError('not_confirmed', 'Nothing was done.');
    }
  } catch (error) {
    either.throwIfAborted();
    // Ctrl-D, which Node says in words of its own
    throw error instanceof BackupError
      ? error
      : new BackupError('not_confirmed', 'Nothing was done.', { cause: error });
  } finally {
    terminal.close();
  }
}
