import { Option, SubCommand } from 'nest-commander';
import { BackupError } from '../errors/backup.error.js';
import type { ScheduleSettings } from '../schedules/schedule.service.js';
import { collect, oneOf } from './arguments.js';
import type { CommandResult } from './backup-command.js';
import { BackupFlags } from './backup-flags.js';
import type { Manual } from './help/manual.js';
import { ScheduleFlags, scheduleSettings, type ScheduleOptions } from './schedule-flags.js';
import { ScheduleIdCommand, type ScheduleIdOptions } from './schedule-id.command.js';
import { scheduleDetails, showSchedule } from './schedule-text.js';
import { WithFlags } from './with-flags.js';

/** What `--reset` takes, by the flags that set it. */
const RESETTABLE = {
  'time-zone': 'timeZone',
  missed: 'missedRun',
  'retention-days': 'retentionDays',
  compression: 'compression',
  encrypt: 'encryption',
  key: 'encryptionKey',
  'include-table': 'includeTables',
  'exclude-table': 'excludeTables',
  'no-database': 'includeDatabases',
  'full-every': 'fullEvery',
  email: 'notificationEmail',
} as const satisfies Readonly<Record<string, keyof ScheduleSettings>>;
type Resettable = keyof typeof RESETTABLE;
const RESETTABLE_FLAGS = Object.keys(RESETTABLE) as readonly Resettable[];

interface ScheduleEditOptions extends ScheduleIdOptions, ScheduleOptions {
  readonly reset?: readonly Resettable[];
}

@SubCommand({ name: 'edit', description: 'Change a schedule' })
@WithFlags(ScheduleFlags, BackupFlags)
export class BackupScheduleEditCommand extends ScheduleIdCommand<ScheduleEditOptions> {
  readonly manual: Manual = {
    usage: '--id=<schedule> [options]',
    examples: [
      ["backup:schedule edit --id=3 --cron='0 4 * * *'", 'Let it run at another time.'],
      [
        'backup:schedule edit --id=3 --reset=retention-days',
        "Keep its backups for as long as the module's options say.",
      ],
    ],
  };

  @Option({
    flags: '--reset <setting>',
    description: 'take this setting back to its default; may be given several times',
    choices: [...RESETTABLE_FLAGS],
  })
  parseReset(text: string, earlier?: string[]): string[] {
    return collect(oneOf(text, RESETTABLE_FLAGS, 'a setting with a default'), earlier);
  }

  protected async execute(options: ScheduleEditOptions): Promise<CommandResult> {
    const id = this.idOf(options, 'edit');
    const changes = changesOf(options);
    if (Object.keys(changes).length === 0) {
      throw new BackupError('invalid_option', 'There is nothing to change: give at least one setting, see --help.');
    }
    const shown = await showSchedule(await this.backups.updateSchedule(id, changes), new Date());
    const paused = shown.isActive ? '' : ` It is paused. Go on with backup:schedule resume --id=${String(id)}.`;
    return { document: shown, text: `Schedule ${String(id)} changed.${paused}\n${scheduleDetails(shown)}` };
  }
}

function changesOf({ reset = [], ...options }: ScheduleEditOptions): Partial<ScheduleSettings> {
  const given = scheduleSettings(options);
  const both = reset.find((flag) => RESETTABLE[flag] in given);
  if (both !== undefined) {
    throw new BackupError('invalid_option', `--reset=${both}: its setting is given too, and can only be one of them.`);
  }
  return { ...given, ...Object.fromEntries(reset.map((flag) => [RESETTABLE[flag], null])) };
}
