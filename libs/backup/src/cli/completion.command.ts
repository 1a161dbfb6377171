import { Command, Option } from 'nest-commander';
import { BackupError } from '../errors/backup.error.js';
import { formatChoice } from '../format.js';
import { oneOf } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { bashCompletion } from './completion/bash.js';
import { completedCommands, SHELLS, type CompletedCommand, type Shell } from './completion/completed-command.js';
import { fishCompletion } from './completion/fish.js';
import { zshCompletion } from './completion/zsh.js';
import type { Manual } from './help/manual.js';
import { programOf } from './help/manual-page.js';

interface CompletionOptions extends CommonOptions {
  readonly program?: string;
}

const SCRIPTS: Readonly<Record<Shell, (program: string, commands: readonly CompletedCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

@Command({
  name: 'backup:completion',
  arguments: '[shell]',
  description: 'Print a script that lets a shell complete commands',
})
export class BackupCompletionCommand extends BackupCommand<CompletionOptions> {
  readonly manual: Manual = {
    usage: 'bash|zsh|fish [options]',
    description: [
      'With it the shell completes commands, options, and what they take: types, paths, and the ids of backups and schedules and the labels of keys, which it asks the program for.',
    ],
    examples: [
      ['backup:completion bash >> ~/.bash_completion', 'For every new bash.'],
      ['backup:completion zsh > ~/.zfunc/_host', 'For zsh, with ~/.zfunc in fpath before compinit.'],
      ['backup:completion fish > ~/.config/fish/completions/host.fish', 'For fish.'],
    ],
  };

  /** There is nothing to clean up for, and perhaps no database. */
  protected override prepare(): Promise<void> {
    return Promise.resolve();
  }

  protected async execute(
    options: CompletionOptions,
    _signal: AbortSignal,
    words: readonly string[],
  ): Promise<CommandResult> {
    if (words.length === 0) {
      throw new BackupError('invalid_option', `The shell is missing: use ${formatChoice(SHELLS)}.`);
    }
    const shell = oneOf(words[0], SHELLS, 'a shell with completion');
    const root = programOf(this.command);
    const { program = root.name() } = options;
    const script = SCRIPTS[shell](program, completedCommands(root));
    return { document: { shell, program, script }, text: script };
  }

  @Option({ flags: '--program <name>', description: 'the word that starts the program (default: its own name)' })
  parseProgram(text: string): string {
    if (!/^[A-Za-z0-9_][\w.-]*$/.test(text)) {
      throw new BackupError(
        'invalid_option',
        `${JSON.stringify(text)} is not the name of a program: use letters, digits, and .-_ alone.`,
      );
    }
    return text;
  }
}
