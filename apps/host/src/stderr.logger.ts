import { ConsoleLogger, type LogLevel } from '@nestjs/common';

import { hasColors } from './terminal-colors.js';

/** The class of Nest that logs what keeps an application from starting, whatever the bundler has made of its name. */
const NEST_FAILURES = /^_*ExceptionHandler\d*$/;

/**
 * Writes every level to stderr, because stdout belongs to a command's output. Warnings and worse, unless
 * NEST_LOG_LEVEL says otherwise.
 */
export class StderrLogger extends ConsoleLogger {
  constructor() {
    const colors = hasColors(process.stderr);
    super(process.env.NEST_LOG_LEVEL ? { colors } : { colors, logLevels: ['warn', 'error', 'fatal'] });
  }

  protected override printMessages(
    messages: unknown[],
    context?: string,
    logLevel?: LogLevel,
    _stream?: 'stdout' | 'stderr',
    errorStack?: unknown,
    params?: Record<string, unknown>,
  ): void {
    // what keeps the application from starting is reported by the entry point, in one line
    if (NEST_FAILURES.test(context ?? '')) return;
    super.printMessages(messages, context, logLevel, 'stderr', errorStack, params);
  }
}
