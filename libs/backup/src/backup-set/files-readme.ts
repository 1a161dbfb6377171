import { readCommand } from './read-command.js';

/** What a restore by hand needs to know of a file root. */
export interface RootCommands {
  readonly name: string;
  /** Of its objects, relative to the set. */
  readonly folder: string;
  /** Where it was. */
  readonly path: string;
  /** Files that are stored by themselves. */
  readonly large: readonly {
    /** Relative to the root, one character a byte. */
    readonly path: string;
    /** Keys of its parts, in order. */
    readonly objects: readonly string[];
    readonly mode: number;
    /** Seconds since 1970, with nine decimal places. */
    readonly mtime: string;
  }[];
}

/** Where the commands put the files of a set, in the folder of the set: nobody's live files are touched. */
export const TARGET = 'restored';

/** The commands that bring the files of roots back with tar and what decompresses. */
export function fileCommands(roots: readonly RootCommands[], suffix: string): string[] {
  return roots.flatMap((root) => [
    `# ${root.name}: what was in ${JSON.stringify(root.path)} goes to ${TARGET}/${root.name}`,
    `mkdir -p ${TARGET}/${root.name}`,
    ...root.large.flatMap((file) => largeFile(root.name, file, suffix)),
    // one tar for all bundles, so that folders get their times and permissions when everything is in them
    `for object in ${root.folder}/*.tar${suffix}; do`,
    `  if [ -e "$object" ]; then ${readCommand('"$object"', suffix)}; fi`,
    `done | tar --extract --ignore-zeros --warning=no-timestamp --preserve-permissions --directory=${TARGET}/${root.name} --file=-`,
  ]);
}

function largeFile(
  root: string,
  { path, objects, mode, mtime }: RootCommands['large'][number],
  suffix: string,
): string[] {
  const file = `${TARGET}/${root}/`;
  const name = shellBytes(path);
  const folder = path.includes('/') ? [`mkdir -p ${file}${shellBytes(path.slice(0, path.lastIndexOf('/')))}`] : [];
  return [
    ...folder,
    ...objects.map((object, part) => `${readCommand(object, suffix)} ${part === 0 ? '>' : '>>'} ${file}${name}`),
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
