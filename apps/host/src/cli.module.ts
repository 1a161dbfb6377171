import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { BACKUP_COMMANDS, needsCatalog } from '@app/backup/cli/index.js';
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
  configureOutput(output: { outputError: () => void }): unknown;
  hook(event: 'preAction', listener: () => Promise<void>): unknown;
}

/** The application without its HTTP server, plus commands. The database is connected when a command is about to need it. */
@Module({ imports: [AppModule], providers: [DemoFillCommand, ...BACKUP_COMMANDS] })
export class CliModule implements OnApplicationBootstrap {
  constructor(
    @InjectCommander() private readonly program: Program,
    private readonly dataSource: DataSource,
  ) {}

  onApplicationBootstrap(): void {
    this.program.name('host');
    if (needsCatalog(process.argv)) {
      this.program.hook('preAction', () => connectDatabase(this.dataSource));
    }
    // what Commander refuses is reported like every other error, as the commands of the library do by themselves
    for (const command of this.program.commands) {
      command.exitOverride();
      command.configureOutput({ outputError: () => undefined });
    }
  }
}
