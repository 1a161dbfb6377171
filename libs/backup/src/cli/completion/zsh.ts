import type { CompletedCommand, CompletedFlag } from './completed-command.js';
import { functionName, quoted } from './shell-words.js';

/** Completion for zsh, for a file in \`fpath\` or to be read by \`source\`. */
export function zshCompletion(program: string, commands: readonly CompletedCommand[]): string {
  const name = functionName(program);
  const [subcommands, names] = [true, false].map((isWanted) =>
    commands.filter(({ path }) => path.includes(' ') === isWanted),
  );
  return `#compdef ${program}
# zsh completion of ${program}

${name}_list() {
  local -a listed
  local id text
  while IFS=$'\\t' read -r id text; do
    listed+=("\${id//:/\\\\:}:$text")
  done < <(${program} backup:complete $1 -- $=called $2 $words 2>/dev/null)
  _describe -V $1 listed
}

${name}() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${names.map(({ path, description }) => `      ${quoted(`${escaped(path)}:${description}`)}\n`).join('')}    )
    _describe command commands
    return
  fi
  local called=$words[2]
  shift words
  (( CURRENT -= 1 ))
  if (( CURRENT > 2 )); then
    case "$called $words[2]" in
      ${subcommands.map(({ path }) => quoted(path)).join('|')})
        called+=" $words[2]"
        shift words
        (( CURRENT -= 1 ))
    esac
  fi
  case $called in
${commands.map((command) => commandCase(name, command)).join('')}  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  ${name} "$@"
else
  compdef ${name} ${program}
fi
`;
}

function commandCase(name: string, { path, words, flags }: CompletedCommand): string {
  const specifications = flags.map((flag) => `      ${quoted(specification(name, flag))}\n`).join('');
  const argument = words.length === 0 ? '' : `      ${quoted(`*:word:(${words.join(' ')})`)}\n`;
  return `    ${quoted(path)})\n      _arguments \\\n${(specifications + argument).replaceAll('\n', ' \\\n').replace(/ \\\n$/, '\n')}      ;;\n`;
}

function specification(name: string, { flag, description, value }: CompletedFlag): string {
  const explained = `[${description.replaceAll(/[[\]\\]/g, String.raw`\$&`)}]`;
  switch (value?.kind) {
    case undefined:
      return `*${flag}${explained}`;
    case 'words':
      return `*${flag}=${explained}:value:(${value.words.join(' ')})`;
    case 'listed':
      // behind a blank, so that zsh puts no words of its own between these
      return `*${flag}=${explained}:${value.list}: ${name}_list ${value.list} ${flag}`;
    case 'path':
      return `*${flag}=${explained}:path:_files`;
    case 'any':
      return `*${flag}=${explained}:value:`;
  }
}

function escaped(word: string): string {
  return word.replaceAll(':', String.raw`\:`);
}
