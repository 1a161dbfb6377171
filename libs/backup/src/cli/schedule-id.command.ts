import { Option } from 'nest-commander';
import { parseId, required } from './arguments.js';
import { BackupCommand, type CommonOptions } from './backup-command.js';

export interface ScheduleIdOptions extends CommonOptions {
  readonly id?: number;
}

/** What commands about one schedule share. */
export abstract class ScheduleIdCommand<Options extends ScheduleIdOptions> extends BackupCommand<Options> {
  @Option({ flags: '--id <schedule>', description: 'the schedule, by the number that backup:schedule list shows' })
  parseId(text: string): number {
    return parseId(text, 'backup:schedule list');
  }

  protected idOf({ id }: Options, subcommand: string): number {
    return required(id, '--id', `backup:schedule ${subcommand} --id=3`);
  }
}
