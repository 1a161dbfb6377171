import type { Manual } from './manual.js';
import { fullName, manualOf, programOf, type Commander } from './manual-page.js';

/** A command as `backup:help --json` gives it. */
export interface DescribedCommand {
  /** As it is typed after the program's name. */
  readonly name: string;
  readonly description: string;
  readonly usage: string;
  readonly options: readonly DescribedOption[];
  readonly examples: Manual['examples'];
}

export interface DescribedOption {
  /** `--id <backup>` */
  readonly flags: string;
  readonly description: string;
  /** What its value can be; null where that is not one of a few words. */
  readonly choices: readonly string[] | null;
}

/** The commands of the library with their subcommands; not those of the host, and not those that only programs use. */
export function libraryCommands(program: Commander): readonly Commander[] {
  return program.commands
    .filter((command) => manualOf(command) !== null && !isHidden(command))
    .flatMap((command) => [command, ...command.commands]);
}

export function describeCommand(command: Commander): DescribedCommand {
  const { usage = '[options]', examples } = manualOf(command) ?? { examples: [] };
  return {
    name: fullName(command),
    description: command.description(),
    usage: `${programOf(command).name()} ${fullName(command)} ${usage}`,
    options: command.options.map(({ flags, description, argChoices }) => ({
      flags,
      description,
      choices: argChoices ?? null,
    })),
    examples,
  };
}

function isHidden(command: Commander): boolean {
  const { parent } = command;
  return parent !== null && !parent.createHelp().visibleCommands(parent).includes(command);
}
