import { Command, Option } from 'nest-commander';
import type { LoadOptions } from '../operations/load-options.js';
import type { VerifyLevel } from '../operations/verify-operation.js';
import { oneOf, parsePercent, required } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { BackupIdFlag } from './backup-id-flag.js';
import type { Manual } from './help/manual.js';
import { LoadFlags } from './load-flags.js';
import { InteractiveFlag, StartTimeFlag } from './operation-flags.js';
import { isForLater, prepareForLater, type LaterOptions } from './prepare-for-later.js';
import { unlocking, UnlockingFlags, type UnlockingOptions } from './unlocking-flags.js';
import { WithFlags } from './with-flags.js';

interface VerifyOptions extends CommonOptions, UnlockingOptions, LoadOptions, LaterOptions {
  readonly id?: number;
  readonly level?: VerifyLevel;
  readonly sample?: number;
}

const LEVELS: readonly VerifyLevel[] = ['quick', 'full', 'drill'];

@Command({
  name: 'backup:verify',
  description: 'Check a backup against its manifest and the catalog',
})
@WithFlags(BackupIdFlag, UnlockingFlags, LoadFlags, StartTimeFlag, InteractiveFlag)
export class BackupVerifyCommand extends BackupCommand<VerifyOptions> {
  readonly manual: Manual = {
    usage: '--id=<backup> [options]',
    description: [
      'Ends with 4 when something is not what was written.',
      'With --at or --interactive it is only prepared, and what comes of it stands in backup:show and backup:operation show.',
    ],
    examples: [
      ['backup:verify --id=12', 'Read every byte of a backup.'],
      ['backup:verify --id=12 --level=quick', 'Look only whether everything is there.'],
      ['backup:verify --id=12 --level=drill', 'Restore its databases elsewhere, prove them, and drop them.'],
      ['backup:verify --id=12 --sample=5%', 'Read a twentieth of it, another one each day.'],
      ['backup:verify --id=12 --level=drill --at=2026-11-22T22:00:00Z', 'Have an application do that tonight.'],
    ],
  };

  protected async execute(options: VerifyOptions, signal: AbortSignal): Promise<CommandResult> {
    const id = required(options.id, '--id', 'backup:verify --id=12');
    const { level = 'full', sample, maxRate, nice } = options;
    if (isForLater(options)) {
      const settings = { level, sample, identityFile: options.identity, maxRate, nice };
      return prepareForLater(this.backups, { operation: 'verify', backupId: id, settings }, options);
    }
    const opening = await unlocking(options, signal);
    await this.withProgress('Verifying', (onProgress) =>
      this.backups.verifyBackup(id, level, { ...opening, sample, maxRate, nice, signal, onProgress }),
    );
    const backup = await this.backups.getBackup(id);
    const read = {
      quick: 'every object is there',
      full: `${sample === undefined ? 'every object' : "today's part of its objects"} was read and is what was written`,
      drill: `it was restored aside, proven and dropped again in ${String(backup.drillSeconds)} s`,
    }[level];
    return { document: backup, text: `Backup ${String(id)} is sound: ${read}.\n` };
  }

  @Option({
    flags: '--level <level>',
    description:
      'how much is looked at: presence and sizes, every byte (default: full), or a restore elsewhere, proven and dropped',
    choices: [...LEVELS],
  })
  parseLevel(text: string): VerifyLevel {
    return oneOf(text, LEVELS, 'a verification level');
  }

  @Option({ flags: '--sample <percent>', description: 'read only so much, another part each day in turn, such as 5%' })
  parseSample(text: string): number {
    return parsePercent(text);
  }
}
