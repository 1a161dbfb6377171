import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { BACKUP_COMMANDS } from '@app/backup/cli/index.js';
import { InjectCommander } from 'nest-commander';
import { DataSource } from 'typeorm';

import { AppModule } from './app.module.js';
import { connectDatabase } from './database-connection.js';
import { DemoFillCommand } from './demo/demo-fill.command.js';

/** The part of Commander's `Command` that is needed here. */
interface Program {
  readonly commands: readonly Program[];
  name(name: string): unknown;
  exitOverride(): unknown;
  configureOutput(output: { outputError: (text: string, write: (line: string) => void) => void }): unknown;
  hook(event: 'preAction', listener: () => Promise<void>): unknown;
}

/** The application without its HTTP server, plus commands. The database is connected when a command is about to run. */
@Module({ imports: [AppModule], providers: [DemoFillCommand, ...BACKUP_COMMANDS] })
export class CliModule implements OnApplicationBootstrap {
  constructor(
    @InjectCommander() private readonly program: Program,
    private readonly dataSource: DataSource,
  ) {}

  onApplicationBootstrap(): void {
    this.program.name('host');
    this.program.hook('preAction', () => connectDatabase(this.dataSource));
    throwInsteadOfExit(this.program);
  }
}

/** nest-commander's commands do not inherit settings of the program, so each one is told not to end the process. */
function throwInsteadOfExit(program: Program): void {
  program.exitOverride();
  // Commander puts its suggestions on a line of their own
  program.configureOutput({ outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, ' ')}\n`) });
  program.commands.forEach(throwInsteadOfExit);
}
