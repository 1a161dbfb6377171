import type { CompletedCommand, CompletedFlag } from './completed-command.js';
import { functionName, quoted } from './shell-words.js';

/** Completion for fish. */
export function fishCompletion(program: string, commands: readonly CompletedCommand[]): string {
  const name = functionName(program);
  const lines = commands.flatMap(({ path, description, words, flags }) => [
    ...(path.includes(' ')
      ? []
      : [`complete -c ${program} -n ${quoted(`${name}_at`)} -a ${quoted(path)} -d ${quoted(description)}`]),
    ...(words.length === 0
      ? []
      : [`complete -c ${program} -n ${quoted(`${name}_at ${path}`)} -a ${quoted(words.join(' '))}`]),
    ...flags.map(
      (flag) => `complete -c ${program} -n ${quoted(`${name}_at ${path}`)} ${flagWords(program, path, flag)}`,
    ),
  ]);
  return `# fish completion of ${program}

# whether the words so far are the program, this command, and nothing but flags and values
function ${name}_at
    set -l words (commandline -opc)
    if test (count $argv) -eq 0
        test (count $words) -eq 1
        return
    end
    set -l last (math (count $argv) + 1)
    test (count $words) -ge $last; and test "$words[2..$last]" = "$argv"
end

complete -c ${program} -f
${lines.join('\n')}
`;
}

function flagWords(program: string, path: string, { flag, description, value }: CompletedFlag): string {
  const words = `-l ${flag.replace(/^--/, '')} -d ${quoted(description)}`;
  switch (value?.kind) {
    case undefined:
      return words;
    case 'words':
      return `${words} -x -a ${quoted(value.words.join(' '))}`;
    case 'listed':
      return `${words} -x -k -a ${quoted(`(${program} backup:complete ${value.list} -- ${path} ${flag} (commandline -opc) 2>/dev/null)`)}`;
    case 'path':
      return `${words} -r -F`;
    case 'any':
      return `${words} -x`;
  }
}
