import { Command, Option } from 'nest-commander';
import type { CleanupResult } from '../operations/cleanup-operation.js';
import type { CleanupPreview } from '../operations/cleanup-plan.js';
import { assertDeletionLimit } from '../retention/deletion-limit.js';
import { formatBytes, formatList, formatNumberOf } from '../format.js';
import { parseBackupCount } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { cleanupPreview } from './cleanup-preview.js';
import { ConfirmationFlag } from './confirmation-flag.js';
import { confirm } from './confirmation.js';
import type { Manual } from './help/manual.js';
import { InteractiveFlag, StartTimeFlag } from './operation-flags.js';
import { DELETES_LATER } from './order-question.js';
import { isForLater, prepareForLater, type LaterOptions } from './prepare-for-later.js';
import { refuseFlags } from './unfitting-flags.js';
import { WithFlags } from './with-flags.js';

interface CleanupCommandOptions extends CommonOptions, LaterOptions {
  readonly dryRun?: boolean;
  readonly maxDelete?: number;
  readonly yes?: boolean;
}

@Command({
  name: 'backup:cleanup',
  description: 'Delete backups that no retention rule keeps, and leftovers',
})
@WithFlags(ConfirmationFlag, StartTimeFlag, InteractiveFlag)
export class BackupCleanupCommand extends BackupCommand<CleanupCommandOptions> {
  readonly manual: Manual = {
    description: [
      'Deletes the backups that no rule of the option retention keeps, and sweeps what is past its time: sets that were never finished, undo schemas, files that were moved aside. Asks first, unless --yes is given, and names what goes.',
      'With --at or --interactive it is only prepared: what no rule keeps then is deleted, by an application that is up or by backup:operation confirm.',
    ],
    examples: [
      ['backup:cleanup --dry-run', 'Show what would be deleted and kept, and why.'],
      [
        'backup:cleanup --yes --max-delete=5',
        'Delete without asking, and nothing at all when it would be more than five.',
      ],
    ],
  };

  protected async execute(options: CleanupCommandOptions, signal: AbortSignal): Promise<CommandResult> {
    const { maxDelete, yes = false } = options;
    if (options.dryRun === true) {
      refuseFlags(options, ['at', 'interactive'], '--dry-run shows what would be deleted now, and deletes nothing');
    }
    if (isForLater(options)) {
      await confirm(DELETES_LATER, yes || options.interactive === true, signal);
      return prepareForLater(this.backups, { operation: 'cleanup', settings: { maxDelete } }, options);
    }
    const plan = await this.backups.planCleanup({ maxDelete });
    if (options.dryRun === true) {
      return { document: plan, text: cleanupPreview(plan) };
    }
    assertDeletionLimit(plan.delete.length, plan.maxDelete, plan.backups.length);
    await confirm(question(plan), yes, signal);
    const result = await this.backups.cleanupExpired({ maxDelete, signal });
    return { document: result, text: summary(result) };
  }

  @Option({ flags: '--dry-run', description: 'show what would be deleted and kept, and why' })
  parseDryRun(): boolean {
    return true;
  }

  @Option({ flags: '--max-delete <n>', description: 'delete nothing when it would be more than this many backups' })
  parseMaxDelete(text: string): number {
    return parseBackupCount(text);
  }
}

/** Ids in a question; more are counted. */
const NAMED_BACKUPS = 20;

function question({ backups, delete: ids, freedBytes }: CleanupPreview): string {
  const leftovers = 'what unfinished backups and restores left behind';
  return ids.length === 0
    ? `This deletes no backup, but ${leftovers}.`
    : `This deletes ${String(ids.length)} of ${formatNumberOf(backups.length, 'backup')} (${formatBytes(freedBytes)}: backup ${formatList(ids.map(String), NAMED_BACKUPS)}) for good, and ${leftovers}.`;
}

function summary({ plan, deleted, freedBytes, swept, undoSchemas }: CleanupResult): string {
  const leftovers = formatNumberOf(swept.length + undoSchemas.length, 'leftover');
  const kept = plan.backups.length - deleted.length;
  return `Deleted ${formatNumberOf(deleted.length, 'backup')} (${formatBytes(freedBytes)}) and ${leftovers}; kept ${formatNumberOf(kept, 'backup')}.\n`;
}
