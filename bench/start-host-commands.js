import 'reflect-metadata';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Command, CommandFactory, CommandRunner } from 'nest-commander';

/** @typedef {typeof import('../libs/backup/src/index.js')} Library */
/** @typedef {typeof import('../libs/backup/src/cli/index.js')} LibraryCommands */

class NothingCommand extends CommandRunner {
  async run() {
    // what is measured is all that comes before
  }
}
Command({ name: 'nothing', description: 'does nothing' })(NothingCommand);

/** @param {boolean} hasBackups whether the application has the module, and the program its commands */
export async function runStartHost(hasBackups) {
  const library = hasBackups ? await loadLibrary() : null;
  class StartHost {
    description = 'does nothing';
  }
  const host = {
    module: StartHost,
    imports: [
      TypeOrmModule.forRoot({
        type: 'mysql',
        url: 'mysql://nobody@127.0.0.1:1/nothing',
        manualInitialization: true,
        entities: library === null ? [] : [...library.BACKUP_ENTITIES],
        migrations: library === null ? [] : [...library.backupMigrations],
      }),
      EventEmitterModule.forRoot(),
      ScheduleModule.forRoot(),
      ...(library === null ? [] : [library.BackupModule.forRoot({ storage: 'file:///nowhere' })]),
    ],
    providers: [NothingCommand, ...(library?.BACKUP_COMMANDS ?? [])],
  };
  await CommandFactory.run(/** @type {never} */ (host), {
    cliName: 'host',
    logger: ['error'],
    errorHandler: () => undefined,
  });
}

/** @returns {Promise<Library & LibraryCommands>} */
async function loadLibrary() {
  const [library, commands] = await Promise.all(
    ['index.js', 'cli.js'].map((file) => import(new URL(`../dist/nestjs-backup/${file}`, import.meta.url).href)),
  );
  return { .../** @type {Library} */ (library), .../** @type {LibraryCommands} */ (commands) };
}
