let isWatched = false;

/**
 * Keeps a command from crashing when nobody takes its output: where the reader has gone (`backup:list | head -1`), the rest
 * goes nowhere and the result stays what it is; any other failure, such as a full disk, is told in one line.
 */
export function watchOutput(): void {
  if (isWatched) {
    return;
  }
  isWatched = true;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      process.exitCode = 1;
      process.stderr.write(`The output could not be written: ${error.message}.\n`);
    }
  });
  process.stderr.on('error', () => {
    // there is nowhere left to say so
  });
}
