import { compressionOf } from './compression.js';
import type { DatabaseRecord, Manifest } from './manifest.js';
import { missingParts } from './missing-parts.js';

type Described = Pick<Manifest, 'name' | 'databases' | 'server' | 'startedAt' | 'warnings'>;

/** What the stock clients take without being told otherwise, bytes. */
const USUAL_PACKET = 16 * 1024 * 1024;

/**
 * `README.txt` of a set: how to restore it by hand with nothing but stock tools. All but the commands is a comment, so
 * that they can be pasted and the file itself can be run.
 */
export function setReadme(set: Described, suffix: string): string {
  const isMariadb = set.server.flavour === 'mariadb';
  const client = isMariadb ? 'mariadb' : 'mysql';
  const { databases } = set;
  const programs = [client, programFor(suffix)].join(' and ');
  return `# Backup set ${set.name}
# Taken ${set.startedAt} from ${isMariadb ? 'MariaDB' : 'MySQL'} ${set.server.version}
#
# To restore it without the software that made it, go to the folder of this file and run it:
#
#   bash -eo pipefail README.txt
#
# or paste the commands below into a shell, in this order, and stop where one shows an error. They need ${programs}.
# Add what reaches your server (--host, --port, --user) to the next command, or put it, like the password, into the
# option file of ${client}: ~/.my.cnf, section [client]. Databases are made; one that exists already must be empty.
#
# manifest.json holds the SHA-256 of every file here and which table each belongs to.
${packetNote(databases)}${partialNote(set)}
client() { ${client} --default-character-set=utf8mb4 --binary-mode --comments --max-allowed-packet=1G "$@"; }

${[
  ...databases.map(createCommand),
  // in steps over all databases, since what stands on the tables of one may refer to another
  ...databases.map((database) => loadCommand(database, 'schema', suffix)),
  ...databases.map((database) => rowsCommand(database, suffix)),
  ...databases.map((database) => loadCommand(database, 'schema-after', suffix)),
].join('\n')}
`;
}

function createCommand({ name, characterSet, collation }: DatabaseRecord): string {
  const identifier = `\`${name.replaceAll('`', '``')}\``;
  const statement = `CREATE DATABASE IF NOT EXISTS ${identifier} CHARACTER SET ${characterSet} COLLATE ${collation}`;
  return `client -e ${shellWord(statement)}`;
}

function loadCommand({ name, folder }: DatabaseRecord, object: string, suffix: string): string {
  return `${readCommand(suffix)} database/${folder}/${object}.sql${suffix} | client -D ${shellWord(name)}`;
}

function rowsCommand({ name, folder }: DatabaseRecord, suffix: string): string {
  return [
    `for object in database/${folder}/*.[0-9][0-9][0-9][0-9][0-9].sql${suffix}; do`,
    // a pattern that matches nothing stands for itself: no table has rows
    `  if [ -e "$object" ]; then ${readCommand(suffix)} "$object" | client -D ${shellWord(name)}; fi`,
    'done',
  ].join('\n');
}

/** A client takes long statements when it is told to; a server has to be configured. */
function packetNote(databases: readonly DatabaseRecord[]): string {
  const longest = Math.max(0, ...databases.flatMap(({ tables }) => tables.map((table) => table.longestStatement)));
  if (longest < USUAL_PACKET) {
    return '';
  }
  return `#\n# The server's max_allowed_packet must be above ${String(longest)}.\n`;
}

function partialNote(set: Described): string {
  const parts = missingParts(set).map((part) => `#   ${part}\n`);
  if (parts.length === 0) {
    return '';
  }
  return `#
# This set is partial:
${parts.join('')}# What stands on something that is not here, such as a view on a table that was left out, cannot be made before that is
# there: make it between the commands.
`;
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function readCommand(suffix: string): string {
  return { zstd: 'zstd -dc', gzip: 'gzip -dc', none: 'cat' }[compressionOf(suffix)];
}

function programFor(suffix: string): string {
  return { zstd: 'zstd', gzip: 'gzip', none: 'cat' }[compressionOf(suffix)];
}
