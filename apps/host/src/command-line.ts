import 'reflect-metadata';

import { needsCatalog, reportCommandError, TOOL } from '@app/backup/cli/index.js';
import { CommandFactory } from 'nest-commander';

import { CliModule } from './cli.module.js';
import { DATABASE_URL_EXAMPLE, readEnvironment } from './environment.js';
import { StderrLogger } from './stderr.logger.js';

/** Runs the command in `process.argv` and sets `process.exitCode`: see `EXIT_STATUS` of the library. */
export async function runCommandLine(): Promise<void> {
  try {
    if (!needsCatalog(process.argv)) {
      // nothing is connected to for that, so nothing has to be set
      process.env.DATABASE_URL ??= DATABASE_URL_EXAMPLE;
    }
    readEnvironment(process.env);
    await CommandFactory.run(CliModule, {
      cliName: 'host',
      version: `${TOOL.name} ${TOOL.version}`,
      logger: new StderrLogger(),
      abortOnError: false,
      serviceErrorHandler: reportCommandError,
    });
  } catch (error) {
    reportCommandError(error);
  }
}
