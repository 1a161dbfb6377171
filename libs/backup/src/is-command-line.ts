import type { ModulesContainer } from '@nestjs/core';

/** The module that `CommandFactory` puts around the host's. */
const COMMAND_LINE_MODULE = 'CommandRunnerModule';

/** Whether this process runs one command: then nothing is to begin by itself. */
export function isCommandLine(modules: ModulesContainer): boolean {
  return [...modules.values()].some(({ name }) => name === COMMAND_LINE_MODULE);
}
