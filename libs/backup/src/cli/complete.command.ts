import { Command } from 'nest-commander';
import { BackupStatus } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import { formatTime } from '../format.js';
import { oneOf } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import {
  completedPlace,
  takesBackup,
  takesKey,
  takesOperation,
  takesSchedule,
  type CompletedPlace,
} from './completion/candidates.js';
import { LISTED_VALUES, type ListedValue } from './completion/completed-command.js';
import type { Manual } from './help/manual.js';
import { stateName } from './operation-flags.js';
import { scheduledType } from './schedule-flags.js';
import { printable } from '../printable.js';

/** As many backups as a shell offers. */
const NEWEST = 100;

type Choice = readonly [value: string, description: string];

/** For completion scripts; help does not show it. */
@Command({
  name: 'backup:complete',
  arguments: '<list> [words...]',
  description: 'List what a shell can complete: a value a line, a tab, and what it is',
  options: { hidden: true },
})
export class BackupCompleteCommand extends BackupCommand<CommonOptions> {
  readonly manual: Manual = {
    usage: `${LISTED_VALUES.join('|')} [-- <command> <flag> <words>]`,
    examples: [
      ['backup:complete backup', 'The ids of the newest backups.'],
      ['backup:complete backup -- backup:unpin --id', 'Those that are pinned.'],
    ],
  };

  /** Whoever presses the tab key waits, and is not to change anything. */
  protected override prepare(): Promise<void> {
    return Promise.resolve();
  }

  protected async execute(
    _options: CommonOptions,
    _signal: AbortSignal,
    [list, ...words]: string[],
  ): Promise<CommandResult> {
    const place = completedPlace(words);
    const choices = await this.choices(oneOf(list, LISTED_VALUES, 'something that can be listed'), place);
    const lines = choices.map((choice) => `${choice.map(printable).join('\t')}\n`);
    return { document: choices, text: lines.join('') };
  }

  private async choices(list: ListedValue, place: CompletedPlace): Promise<readonly Choice[]> {
    switch (list) {
      case 'backup': {
        const backups = await this.backupsFor(place);
        return backups.map(({ id, createdAt, backupType, status }) => [
          String(id),
          `${formatTime(createdAt)} ${backupType} ${status}`,
        ]);
      }
      case 'schedule': {
        const schedules = await this.backups.getSchedules();
        const taken = schedules.filter((schedule) => takesSchedule(place, schedule));
        return taken.map((schedule) => [String(schedule.id), `${schedule.name} (${scheduledType(schedule)})`]);
      }
      case 'key': {
        const keys = await this.backups.listKeys();
        return keys.filter((key) => takesKey(place, key)).map(({ id, label }) => [String(id), label]);
      }
      case 'backupid': {
        const operations = await this.backups.listOperations({ limit: NEWEST });
        return operations
          .filter((operation) => takesOperation(place, operation))
          .map(({ backupid, operation, status, createdAt }) => [
            backupid,
            `${formatTime(new Date(createdAt * 1000))} ${operation} ${stateName(status)}`,
          ]);
      }
    }
  }

  private async backupsFor(place: CompletedPlace): Promise<readonly BackupHistory[]> {
    const newest = await this.backups.listBackups({ limit: NEWEST });
    const taken = newest.filter((backup) => takesBackup(place, backup));
    if (place.isUndo) {
      const undoable = await this.backups.listUndoable();
      return taken.filter(({ id }) => undoable.includes(id));
    }
    if (place.command === 'backup:delete') {
      // what builds on a backup is newer than it
      const bases = new Set(
        newest.filter(({ status }) => status !== BackupStatus.DELETED).map(({ parentId }) => parentId),
      );
      return taken.filter(({ id }) => !bases.has(id));
    }
    return taken;
  }
}
