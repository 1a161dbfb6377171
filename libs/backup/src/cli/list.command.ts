import { Command, Option } from 'nest-commander';
import { BackupStatus, type BackupType } from '../catalog/catalog.types.js';
import { oneOf, parseId, parseLimit, parseType } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { backupTable } from './tables.js';

interface ListOptions extends CommonOptions {
  readonly type?: BackupType;
  readonly status?: BackupStatus;
  readonly limit?: number;
  readonly before?: number;
}

@Command({ name: 'backup:list', description: 'List backups, newest first. Example: backup:list --status=completed' })
export class BackupListCommand extends BackupCommand<ListOptions> {
  protected async execute({ type, status, limit, before }: ListOptions): Promise<CommandResult> {
    const backups = await this.backups.listBackups({ type, status, limit, before });
    return { document: backups, text: backupTable(backups) };
  }

  @Option({ flags: '--type <type>', description: 'only backups of this type' })
  parseType(text: string): BackupType {
    return parseType(text);
  }

  @Option({
    flags: '--status <status>',
    description: 'only backups in this state: pending, running, completed, failed, deleted',
  })
  parseStatus(text: string): BackupStatus {
    return oneOf(text, Object.values(BackupStatus), 'a status');
  }

  @Option({ flags: '--limit <n>', description: 'rows to show, 50 unless given, 500 at most' })
  parseLimit(text: string): number {
    return parseLimit(text);
  }

  @Option({ flags: '--before <id>', description: 'go on below this backup' })
  parseBefore(text: string): number {
    return parseId(text);
  }
}
