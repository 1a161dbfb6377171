import { Command, Option } from 'nest-commander';
import { LOG_LEVEL_NAMES, LOG_LEVELS, type LogLevelName } from '../catalog/catalog.types.js';
import type { BackupLog } from '../catalog/entities/backup-log.entity.js';
import { BackupError } from '../errors/backup.error.js';
import { oneOf, parseOperation } from './arguments.js';
import { BackupIdFlag } from './backup-id-flag.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { printable } from '../printable.js';
import { screenWidth } from './terminal/screen.js';
import { wrapText } from './terminal/wrap-text.js';
import { refuseFlags } from './unfitting-flags.js';
import { WithFlags } from './with-flags.js';
import { formatTime } from '../format.js';

interface LogsOptions extends CommonOptions {
  readonly id?: number;
  readonly operation?: string;
  readonly level?: LogLevelName;
  readonly follow?: boolean;
}

/** Columns that a message has where the terminal is narrower than what stands before it. */
const SHORTEST_MESSAGE = 20;

@Command({
  name: 'backup:logs',
  description: 'Show what a backup or another operation logged',
})
@WithFlags(BackupIdFlag)
export class BackupLogsCommand extends BackupCommand<LogsOptions> {
  readonly manual: Manual = {
    usage: '--id=<backup> [options]',
    examples: [
      ['backup:logs --id=12', 'Show what making a backup logged.'],
      ['backup:logs --id=12 --follow --level=warning', 'Wait for warnings and errors until it is over.'],
      ['backup:logs --operation=9f86d081884c7d659a2feaa0c55ad015', 'Show what another operation logged.'],
    ],
  };

  protected async execute(options: LogsOptions, signal: AbortSignal): Promise<CommandResult> {
    if (options.operation !== undefined) {
      refuseFlags(options, ['id'], '--operation names the one operation to show');
    }
    const backupid = options.operation ?? (await this.operationOf(options.id));
    const filters = { maxLevel: options.level === undefined ? undefined : LOG_LEVELS[options.level], signal };
    const lines =
      options.follow === true
        ? this.backups.followOperationLog(backupid, filters)
        : this.backups.readOperationLog(backupid, filters);
    const document: unknown[] = [];
    for await (const line of lines) {
      signal.throwIfAborted();
      if (options.json === true) {
        document.push(describe(line));
      } else {
        // at once: who follows an operation wants to see it
        process.stdout.write(textOf(line));
      }
    }
    return { document, text: '' };
  }

  private async operationOf(id: number | undefined): Promise<string> {
    if (id === undefined) {
      throw new BackupError(
        'invalid_option',
        'Whose log? Name a backup with --id, or any operation with --operation: backup:logs --id=12.',
      );
    }
    const { backupid } = await this.backups.getBackup(id);
    if (backupid === null) {
      throw new BackupError('not_found', `Backup ${String(id)} was imported: what made it logged elsewhere.`);
    }
    return backupid;
  }

  @Option({
    flags: '--operation <backupid>',
    description: 'another operation, such as a restore: 32 hexadecimal digits',
  })
  parseOperation(text: string): string {
    return parseOperation(text);
  }

  @Option({ flags: '--level <level>', description: 'the least severe lines to show', choices: [...LOG_LEVEL_NAMES] })
  parseLevel(text: string): LogLevelName {
    return oneOf(text, LOG_LEVEL_NAMES, 'a level');
  }

  @Option({ flags: '--follow', description: 'go on until the operation is over, wherever it runs' })
  parseFollow(): boolean {
    return true;
  }
}

function nameOf({ loglevel }: BackupLog): string {
  return LOG_LEVEL_NAMES.find((name) => LOG_LEVELS[name] === loglevel) ?? String(loglevel);
}

function timeOf({ createdAt }: BackupLog): Date {
  return new Date(createdAt * 1000);
}

function describe(line: BackupLog): object {
  return { id: line.id, time: timeOf(line).toISOString(), level: nameOf(line), message: line.message };
}

function textOf(line: BackupLog): string {
  const head = `${formatTime(timeOf(line))}  ${nameOf(line).padEnd(7)}  `;
  const message = wrapText(printable(line.message), Math.max(screenWidth() - head.length, SHORTEST_MESSAGE));
  return `${head}${message.join(`\n${' '.repeat(head.length)}`)}\n`;
}
