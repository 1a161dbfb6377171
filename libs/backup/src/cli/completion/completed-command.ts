import { fullName, type Commander } from '../help/manual-page.js';

/** What a shell can complete behind a program's name. */
export interface CompletedCommand {
  /** `backup:create`, or `backup:key add`. */
  readonly path: string;
  readonly description: string;
  readonly flags: readonly CompletedFlag[];
  /** Words that may follow: subcommands, or what the command takes. */
  readonly words: readonly string[];
}

export interface CompletedFlag {
  /** `--id` */
  readonly flag: string;
  readonly description: string;
  /** Null of a flag without a value. */
  readonly value: CompletedValue | null;
}

/** What the value of a flag can be: one of a few words, something that the program lists, a path, or anything. */
export type CompletedValue =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'listed'; readonly list: ListedValue }
  | { readonly kind: 'path' }
  | { readonly kind: 'any' };

/** What `backup:complete` lists. A flag takes one of them when its value is called so: `--id <backup>`. */
export const LISTED_VALUES = ['backup', 'schedule', 'key', 'backupid'] as const;
export type ListedValue = (typeof LISTED_VALUES)[number];

/** Shells that there are completion scripts for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const PATHS: readonly string[] = ['file', 'folder'];

/** Every command that the help of the program shows, with its subcommands. */
export function completedCommands(program: Commander): readonly CompletedCommand[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .flatMap((command) => [command, ...command.commands])
    .map(completedCommand);
}

function completedCommand(command: Commander): CompletedCommand {
  const flags = command.options.map((option): CompletedFlag => {
    const [, name = null] = /<([^>]*)>/.exec(option.flags) ?? [];
    return {
      flag: option.long ?? option.flags,
      description: option.description,
      value: name === null ? null : valueOf(name, option.argChoices),
    };
  });
  return {
    path: fullName(command),
    description: command.description(),
    flags: [...flags, { flag: '--help', description: 'show help', value: null }],
    words: command.registeredArguments.some((argument) => argument.name() === 'shell')
      ? SHELLS
      : command.commands.map((subcommand) => subcommand.name()),
  };
}

function valueOf(name: string, choices: readonly string[] | undefined): CompletedValue {
  if (choices !== undefined) {
    return { kind: 'words', words: choices };
  }
  const list = LISTED_VALUES.find((listed) => listed === name);
  if (list !== undefined) {
    return { kind: 'listed', list };
  }
  return { kind: PATHS.includes(name) ? 'path' : 'any' };
}
