import { SubCommand } from 'nest-commander';
import { required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { BackupFlags } from './backup-flags.js';
import type { Manual } from './help/manual.js';
import { ScheduleFlags, scheduleSettings, type ScheduleOptions } from './schedule-flags.js';
import { scheduleDetails, showSchedule } from './schedule-text.js';
import { WithFlags } from './with-flags.js';

const EXAMPLE = "backup:schedule add --name=nightly --type=database --cron='30 3 * * *'";

@SubCommand({ name: 'add', description: 'Add a schedule' })
@WithFlags(ScheduleFlags, BackupFlags)
export class BackupScheduleAddCommand extends BackupCommand<CommonOptions & ScheduleOptions> {
  readonly manual: Manual = {
    usage: '--name=<name> --type=<type> --cron=<expression> [options]',
    examples: [
      [
        "backup:schedule add --name=nightly --type=database --cron='30 3 * * *' --time-zone=Europe/Berlin",
        'Back up each night at half past three.',
      ],
      ["backup:schedule add --name=check --type=verify --cron='0 6 * * 0'", 'Verify the newest backup each Sunday.'],
    ],
  };

  protected async execute(options: CommonOptions & ScheduleOptions): Promise<CommandResult> {
    required(options.type, '--type', EXAMPLE);
    const schedule = await this.backups.createSchedule({
      ...scheduleSettings(options),
      name: required(options.name, '--name', EXAMPLE),
      cronExpression: required(options.cron, '--cron', EXAMPLE),
    });
    const shown = await showSchedule(schedule, new Date());
    return { document: shown, text: `Schedule ${String(schedule.id)} added.\n${scheduleDetails(shown)}` };
  }
}
