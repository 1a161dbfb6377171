import { readCommand, readObjectCommand, type CommandObject } from './read-command.js';

/** What a restore by hand needs to know of a file root. */
export interface RootCommands {
  readonly name: string;
  /** Of its objects, relative to the set. */
  readonly folder: string;
  /** Where it was. */
  readonly path: string;
  /** Key of its index. */
  readonly index: string;
  /** Whether the set itself has bundles of it. */
  readonly hasBundles: boolean;
  /** Bundles of earlier sets that hold files of it. */
  readonly earlierBundles: readonly { readonly set: string; readonly key: string }[];
  /** Files that are stored by themselves. */
  readonly large: readonly {
    /** Relative to the root, one character a byte. */
    readonly path: string;
    /** Its parts, in order. */
    readonly objects: readonly CommandObject[];
    readonly mode: number;
    /** Seconds since 1970, with nine decimal places. */
    readonly mtime: string;
  }[];
}

/** Where the commands put the files of a set, in the folder of the set: nobody's live files are touched. */
export const TARGET = 'restored';

/** What the commands write down for themselves, and remove when they are done. */
const INDEX = `${TARGET}.index`;
const PATHS = `${TARGET}.paths`;

const TAR = 'tar --extract --ignore-zeros --warning=no-timestamp --preserve-permissions';

/**
 * Finds in an index, whose lines are JSON, what lies in an object of an earlier set, and what was given other permissions,
 * times or owners since. A path is text there, or base64 where it is no UTF-8.
 */
const INDEX_FUNCTIONS = `path_of() {
  file=\${1#'{"path":'}
  file=\${file%%',"type":"file",'*}
  if [[ $file == '"'* ]]; then
    file=\${file#'"'}
    file=\${file%'"'}
    file=\${file//'\\"'/'"'}
    printf -v file %b "$file"
  else
    file=\${file#*:'"'}
    file=$(printf %s "\${file%'"}'}" | base64 -d; printf x)
    file=\${file%x}
  fi
}
paths_in() {
  grep -F "\\"bytes\\":[{\\"set\\":\\"$1\\",\\"object\\":\\"$2\\"," ${INDEX} | while IFS= read -r line; do
    path_of "$line"
    printf './%s\\0' "$file"
  done
}
retouch() {
  { grep -F '"retouched":true' ${INDEX} || [ $? = 1 ]; } | while IFS= read -r line; do
    path_of "$line"
    [[ $line =~ \\"mode\\":([0-9]+),\\"uid\\":([0-9]+),\\"gid\\":([0-9]+),\\"mtime\\":\\"(-?)([0-9]+)\\" ]]
    mode=\${BASH_REMATCH[1]} owner=\${BASH_REMATCH[2]}:\${BASH_REMATCH[3]} before=\${BASH_REMATCH[4]} time=\${BASH_REMATCH[5]}
    if [ "$(id -u)" = 0 ]; then chown "$owner" "$1/$file"; fi
    chmod "$(printf %o "$mode")" "$1/$file"
    touch -d "@$before$((time / 1000000000)).$(printf %09d $((time % 1000000000)))" "$1/$file"
  done
}`;

/** The commands that bring the files of roots back with tar and what decompresses. */
export function fileCommands(roots: readonly RootCommands[], suffix: string): string[] {
  const usesIndex = roots.some(({ earlierBundles }) => earlierBundles.length > 0);
  return [...(usesIndex ? [INDEX_FUNCTIONS] : []), ...roots.flatMap((root) => rootCommands(root, suffix))];
}

function rootCommands(root: RootCommands, suffix: string): string[] {
  const target = `${TARGET}/${root.name}`;
  return [
    `# ${root.name}: what was in ${JSON.stringify(root.path)} goes to ${target}`,
    `mkdir -p ${target}`,
    ...root.large.flatMap((file) => largeFile(target, file)),
    ...(root.earlierBundles.length > 0 ? earlierCommands(root, target) : []),
    ...(root.hasBundles ? ownCommands(root, target, suffix) : []),
  ];
}

/** One tar for all bundles, so that folders get their times and permissions when everything is in them. */
function ownCommands({ folder }: RootCommands, target: string, suffix: string): string[] {
  return [
    `for object in ${folder}/*.tar${suffix}; do`,
    `  ${readCommand('"$object"', suffix)}`,
    `done | ${TAR} --directory=${target} --file=-`,
  ];
}

/** What is not in a list stays where it is: an earlier set has more than this one refers to. */
function earlierCommands({ index, earlierBundles }: RootCommands, target: string): string[] {
  return [
    `${readCommand(index)} > ${INDEX}`,
    ...earlierBundles.flatMap((bundle) => [
      `paths_in ${bundle.set} ${bundle.key} > ${PATHS}`,
      `${readObjectCommand(bundle)} | ${TAR} --directory=${target} --null --no-unquote --files-from=${PATHS} --file=-`,
    ]),
    `retouch ${target}`,
    `rm ${INDEX} ${PATHS}`,
  ];
}

function largeFile(target: string, { path, objects, mode, mtime }: RootCommands['large'][number]): string[] {
  const file = `${target}/`;
  const name = shellBytes(path);
  const folder = path.includes('/') ? [`mkdir -p ${file}${shellBytes(path.slice(0, path.lastIndexOf('/')))}`] : [];
  return [
    ...folder,
    ...objects.map((object, part) => `${readObjectCommand(object)} ${part === 0 ? '>' : '>>'} ${file}${name}`),
    `chmod ${mode.toString(8).padStart(4, '0')} ${file}${name}`,
    `touch -d @${mtime} ${file}${name}`,
  ];
}

/** A word of bash that stands for any bytes. */
function shellBytes(path: string): string {
  const escaped = path.replace(
    /[^A-Za-z0-9._/ -]/g,
    (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `$'${escaped}'`;
}
