import { Command } from 'nest-commander';
import { BackupError } from '../errors/backup.error.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { closest } from './closest.js';
import { describeCommand, libraryCommands } from './help/described-command.js';
import type { Manual } from './help/manual.js';
import { fullName, programOf, type Commander } from './help/manual-page.js';
import { renderPairs } from './terminal/table.js';

@Command({ name: 'backup:help', arguments: '[command...]', description: 'Show the help of a command, or list all' })
export class BackupHelpCommand extends BackupCommand<CommonOptions> {
  readonly manual: Manual = {
    usage: '[<command>] [options]',
    examples: [
      ['backup:help', 'List all commands.'],
      ['backup:help create', 'The same as backup:create --help.'],
      ['backup:help --json', 'All commands with their options, for programs.'],
    ],
  };

  /** There is nothing to clean up for, and perhaps no database. */
  protected override prepare(): Promise<void> {
    return Promise.resolve();
  }

  protected async execute(
    _options: CommonOptions,
    _signal: AbortSignal,
    words: readonly string[],
  ): Promise<CommandResult> {
    const commands = libraryCommands(programOf(this.command));
    if (words.length > 0) {
      const command = this.find(words, commands);
      return { document: describeCommand(command), text: command.helpInformation() };
    }
    const list = commands.map((command) => [fullName(command), command.description()] as const);
    return { document: commands.map(describeCommand), text: renderPairs(list) };
  }

  /** The prefix `backup:` may be left out. */
  private find(words: readonly string[], commands: readonly Commander[]): Commander {
    const asked = words.join(' ').replace(/^backup:/, '');
    const names = commands.map((command) => fullName(command).replace(/^backup:/, ''));
    const found = commands.at(names.indexOf(asked));
    if (found === undefined || !names.includes(asked)) {
      const meant = closest(asked, names);
      const advice = meant === null ? 'see backup:help.' : `did you mean backup:${meant}?`;
      throw new BackupError('invalid_option', `There is no command backup:${asked}: ${advice}`);
    }
    return found;
  }
}
