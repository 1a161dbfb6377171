import type { CompletedCommand, CompletedFlag } from './completed-command.js';
import { functionName, quoted } from './shell-words.js';

/** Completion for bash 3.2 and later, without the package bash-completion. */
export function bashCompletion(program: string, commands: readonly CompletedCommand[]): string {
  const name = functionName(program);
  const names = commands.filter(({ path }) => !path.includes(' ')).map(({ path }) => path);
  return `# bash completion of ${program}

# what can follow a command and its subcommand: flags, and words
${name}_words() {
  case $1 in
${commands.map(({ path, words, flags }) => `    ${quoted(path)}) ${printWords([...words, ...flags.map(flagWord)])} ;;\n`).join('')}  esac
}

# what the value of a flag can be; fails for a flag that takes none
${name}_values() {
  case $1 in
${commands.flatMap(({ path, flags }) => flags.map((flag) => valueCase(path, flag))).join('')}    *) return 1 ;;
  esac
}

${name}() {
  local line=\${COMP_LINE:0:COMP_POINT} words current path kept= candidates i
  # for bash a word ends at a colon or an equals sign too, so they are taken from the line
  read -ra words <<<"$line"
  [[ $line == *[[:blank:]] || \${#words[@]} -eq 1 ]] && words+=('')
  current=\${words[\${#words[@]} - 1]}
  path=\${words[1]}
  [[ \${#words[@]} -gt 3 && \${words[2]} != -* && -n $(${name}_words "$path \${words[2]}") ]] && path+=" \${words[2]}"
  local program=\${words[0]} previous=\${words[\${#words[@]} - 2]}
  if [[ \${#words[@]} -eq 2 ]]; then
    candidates=$(${printWords(names)})
  elif [[ $current == --*=* ]]; then
    candidates=$(${name}_values "$path \${current%%=*}" "\${current#*=}" "$program" "\${words[@]}")
    kept=\${current%%=*}=
  elif [[ $previous != --* || $previous == *=* ]] || ! candidates=$(${name}_values "$path $previous" "$current" "$program" "\${words[@]}"); then
    candidates=$(${name}_words "$path")
  fi
  local given=\${current#"$kept"} replaced=
  # what stands before such a sign is on the line already, and stays there
  for ((i = \${#current}; i > 0; i--)); do
    [[ $COMP_WORDBREAKS == *"\${current:i-1:1}"* ]] && replaced=\${current:0:i} && break
  done
  COMPREPLY=()
  # not compgen -W, which would expand what stands in the names of files
  while IFS= read -r i; do
    [[ -n $i && $i == "$given"* ]] && COMPREPLY+=("$(printf '%q' "\${i#"\${replaced#"$kept"}"}")")
  done <<<"$candidates"
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
  return 0
}

complete -F ${name} ${program}
`;
}

/** A word a line. */
function printWords(words: readonly string[]): string {
  return `printf '%s\\n' ${words.join(' ')}`;
}

function flagWord({ flag, value }: CompletedFlag): string {
  return value === null ? flag : `${flag}=`;
}

/** \`$1\` is the command and the flag, \`$2\` what is typed of the value, \`$3\` the program, and the others all words. */
function valueCase(path: string, { flag, value }: CompletedFlag): string {
  if (value === null) {
    return '';
  }
  const pattern = quoted(`${path} ${flag}`);
  switch (value.kind) {
    case 'words':
      return `    ${pattern}) ${printWords(value.words)} ;;\n`;
    case 'listed':
      return `    ${pattern}) "$3" backup:complete ${value.list} -- ${path} ${flag} "\${@:4}" 2>/dev/null | cut -f1 ;;\n`;
    case 'path':
      return `    ${pattern}) compgen -f -- "$2" ;;\n`;
    case 'any':
      return `    ${pattern}) ;;\n`;
  }
}
