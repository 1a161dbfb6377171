import { Command, Option } from 'nest-commander';
import { BackupStatus, type BackupType } from '../catalog/catalog.types.js';
import { BACKUP_TYPES, oneOf, parseId, parseLimit, parseType } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { backupTable } from './backup-text.js';
import type { Manual } from './help/manual.js';

interface ListOptions extends CommonOptions {
  readonly type?: BackupType;
  readonly status?: BackupStatus;
  readonly limit?: number;
  readonly before?: number;
}

@Command({ name: 'backup:list', description: 'List backups, newest first' })
export class BackupListCommand extends BackupCommand<ListOptions> {
  readonly manual: Manual = {
    description: [
      'Where lines are too narrow for all columns, some are left out: backup:show has all there is about a backup.',
    ],
    examples: [
      ['backup:list', 'List the newest backups.'],
      ['backup:list --status=failed --type=database', 'Only those of one type that failed.'],
      ['backup:list --limit=500 --before=1200', 'Go on below a backup.'],
    ],
  };

  protected async execute({ type, status, limit, before }: ListOptions): Promise<CommandResult> {
    const backups = await this.backups.listBackups({ type, status, limit, before });
    return { document: backups, text: backupTable(backups) };
  }

  @Option({ flags: '--type <type>', description: 'only backups of this type', choices: [...BACKUP_TYPES] })
  parseType(text: string): BackupType {
    return parseType(text);
  }

  @Option({
    flags: '--status <status>',
    description: 'only backups in this state',
    choices: Object.values(BackupStatus),
  })
  parseStatus(text: string): BackupStatus {
    return oneOf(text, Object.values(BackupStatus), 'a status');
  }

  @Option({ flags: '--limit <n>', description: 'rows to show, 50 unless given, 500 at most' })
  parseLimit(text: string): number {
    return parseLimit(text);
  }

  @Option({ flags: '--before <backup>', description: 'go on below this backup' })
  parseBefore(text: string): number {
    return parseId(text);
  }
}
