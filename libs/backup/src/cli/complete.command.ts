import { Command } from 'nest-commander';
import { formatTime } from '../format.js';
import { oneOf } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { LISTED_VALUES, type ListedValue } from './completion/completed-command.js';
import type { Manual } from './help/manual.js';
import { scheduledType } from './schedule-flags.js';
import { printable } from '../printable.js';

/** As many backups as a shell offers. */
const NEWEST = 100;

type Choice = readonly [value: string, description: string];

/** For completion scripts; help does not show it. */
@Command({
  name: 'backup:complete',
  arguments: '<list>',
  description: 'List what a shell can complete: a value a line, a tab, and what it is',
  options: { hidden: true },
})
export class BackupCompleteCommand extends BackupCommand<CommonOptions> {
  readonly manual: Manual = {
    usage: LISTED_VALUES.join('|'),
    examples: [['backup:complete backup', 'The ids of the newest backups.']],
  };

  /** Whoever presses the tab key waits, and is not to change anything. */
  protected override prepare(): Promise<void> {
    return Promise.resolve();
  }

  protected async execute(_options: CommonOptions, _signal: AbortSignal, [list]: string[]): Promise<CommandResult> {
    const choices = await this.choices(oneOf(list, LISTED_VALUES, 'something that can be listed'));
    const lines = choices.map((choice) => `${choice.map(printable).join('\t')}\n`);
    return { document: choices, text: lines.join('') };
  }

  private async choices(list: ListedValue): Promise<readonly Choice[]> {
    switch (list) {
      case 'backup': {
        const backups = await this.backups.listBackups({ limit: NEWEST });
        return backups.map(({ id, createdAt, backupType, status }) => [
          String(id),
          `${formatTime(createdAt)} ${backupType} ${status}`,
        ]);
      }
      case 'schedule': {
        const schedules = await this.backups.getSchedules();
        return schedules.map((schedule) => [String(schedule.id), `${schedule.name} (${scheduledType(schedule)})`]);
      }
      case 'key': {
        const keys = await this.backups.listKeys();
        return keys.map(({ id, label }) => [String(id), label]);
      }
    }
  }
}
