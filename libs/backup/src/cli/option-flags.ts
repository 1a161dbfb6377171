import { OptionError } from '../errors/option.error.js';

/** The flags of commands, by the options and settings of the service that they stand for. */
const FLAGS: Readonly<Record<string, string>> = {
  includeTables: '--include-table',
  excludeTables: '--exclude-table',
  noDataTables: '--no-data',
  includeDatabases: '--no-database',
  where: '--where',
  compression: '--compression',
  fullEvery: '--full-every',
  retentionDays: '--retention-days',
  encryption: '--encrypt',
  encryptionKey: '--key',
  encryptionKeyId: '--key',
  name: '--name',
  backupType: '--type',
  cronExpression: '--cron',
  timeZone: '--time-zone',
  missedRun: '--missed',
  notificationEmail: '--email',
};

/** What a command threw, about the flag that was typed. @param flags those that the command takes */
export function inFlags(error: unknown, flags: readonly string[]): unknown {
  if (!(error instanceof OptionError)) {
    return error;
  }
  const flag = FLAGS[error.option] as string | undefined;
  return flag !== undefined && flags.includes(flag) ? error.calling(flag) : error;
}
