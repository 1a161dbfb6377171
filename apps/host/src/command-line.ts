import 'reflect-metadata';

import { CommandFactory } from 'nest-commander';

import { CliModule } from './cli.module.js';
import { exitCodeOf, isHelp, oneLine } from './command-errors.js';
import { DATABASE_URL_EXAMPLE, readEnvironment } from './environment.js';
import { StderrLogger } from './stderr.logger.js';

/** Runs the command in `process.argv` and sets `process.exitCode`: 0 done, 1 failed, 2 wrong usage. */
export async function runCommandLine(): Promise<void> {
  try {
    if (asksForHelp(process.argv)) {
      // nothing is connected to for that, so nothing has to be set
      process.env.DATABASE_URL ??= DATABASE_URL_EXAMPLE;
    }
    readEnvironment(process.env);
    await CommandFactory.run(CliModule, {
      cliName: 'host',
      logger: new StderrLogger(),
      abortOnError: false,
      serviceErrorHandler: report,
    });
  } catch (error) {
    report(error);
  }
}

/** No command at all shows the help too. */
function asksForHelp(argv: readonly string[]): boolean {
  return argv.length <= 2 || argv.some((argument) => ['--help', '-h', 'help'].includes(argument));
}

function report(error: unknown): void {
  process.exitCode = exitCodeOf(error);
  // Commander has already printed help and usage errors.
  if (isHelp(error)) return;
  process.stderr.write(`${oneLine(error)}\n`);
  if (process.argv.includes('--verbose') && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}
