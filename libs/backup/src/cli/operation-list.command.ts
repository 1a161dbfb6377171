import { Option, SubCommand } from 'nest-commander';
import type { OperationSummary } from '../catalog/repositories/operation-records.js';
import { formatTime } from '../format.js';
import { parseLimit } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { percentText, stateText } from './operation-flags.js';
import { renderTable, type Cell, type Column } from './terminal/table.js';

interface OperationListOptions extends CommonOptions {
  readonly limit?: number;
}

const COLUMNS: readonly Column[] = [
  { head: 'ID' },
  { head: 'KIND' },
  { head: 'STATE', narrow: 'wrap' },
  { head: 'MADE (UTC)', narrow: 'drop' },
  { head: 'PROGRESS', align: 'right', narrow: 'drop' },
  { head: 'NOT BEFORE (UTC)', narrow: 'drop' },
];

@SubCommand({ name: 'list', description: 'List operations, newest first' })
export class BackupOperationListCommand extends BackupCommand<OperationListOptions> {
  readonly manual: Manual = { examples: [['backup:operation list', 'List what runs, waits and ran.']] };

  protected async execute({ limit }: OperationListOptions): Promise<CommandResult> {
    const operations = await this.backups.listOperations({ limit });
    const text = operations.length === 0 ? 'No operations.\n' : renderTable(COLUMNS, operations.map(cells));
    return { document: operations, text };
  }

  @Option({ flags: '--limit <n>', description: 'rows to show, 50 unless given, 500 at most' })
  parseLimit(text: string): number {
    return parseLimit(text);
  }
}

function cells(summary: OperationSummary): Cell[] {
  const { backupid, operation, progress, createdAt, executiontime } = summary;
  return [
    backupid,
    operation,
    stateText(summary),
    formatTime(new Date(createdAt * 1000)),
    percentText(progress),
    executiontime === 0 ? '' : formatTime(new Date(executiontime * 1000)),
  ];
}
