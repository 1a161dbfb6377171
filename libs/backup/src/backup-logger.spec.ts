import { Logger, type LoggerService } from '@nestjs/common';
import { BackupLogger } from './backup-logger.js';

describe('BackupLogger', () => {
  const lines: unknown[] = [];
  const keep = (message: unknown): number => lines.push(message);
  const service: LoggerService = { log: keep, warn: keep, error: keep, debug: keep };

  beforeAll(() => {
    Logger.overrideLogger(service);
  });

  afterAll(() => {
    Logger.overrideLogger(false);
  });

  it.each(['debug', 'log', 'warn', 'error'] as const)(
    'writes names that a terminal would act on, or that forge a line, as escape sequences: %s',
    (level) => {
      lines.length = 0;
      new BackupLogger()[level]('Backup 1 is pinned (\u001b[2J\n[Nest] all is well): unpin it.');
      expect(lines).toEqual([String.raw`Backup 1 is pinned (\x1b[2J\n[Nest] all is well): unpin it.`]);
    },
  );

  it('keeps the lines of a stack', () => {
    lines.length = 0;
    const error = Object.assign(new Error('gone'), { stack: 'Error: gone\u001b[2J\n    at here' });
    new BackupLogger().fault(error);
    expect(lines).toEqual(['Error: gone\\x1b[2J\n    at here']);
  });
});
