import { compressionOf } from './compression.js';
import type { DatabaseRecord, Manifest } from './manifest.js';

type Described = Pick<Manifest, 'name' | 'databases' | 'server' | 'startedAt'>;

/** `README.txt` of a set: how to restore it by hand with nothing but stock tools, as commands to paste. */
export function setReadme(set: Described, suffix: string): string {
  const client = set.server.flavour === 'mariadb' ? 'mariadb' : 'mysql';
  const lines = set.databases.flatMap((database) => databaseCommands(database, client, suffix));
  return `Backup set ${set.name}
Taken ${set.startedAt} from ${set.server.flavour === 'mariadb' ? 'MariaDB' : 'MySQL'} ${set.server.version}

To restore it without the software that made it, go to the folder of this file and run the commands below. They need
${client} and ${programFor(suffix)}. Add the options that reach your server (--host, --user, --password) to each
"${client}", or put them in its option file. A database that exists already must be empty.

manifest.json holds the SHA-256 of every file here and which table each belongs to.

${lines.join('\n')}
`;
}

function databaseCommands(database: DatabaseRecord, client: string, suffix: string): string[] {
  const folder = `database/${database.folder}`;
  const shellName = `'${database.name.replaceAll("'", "'\\''")}'`;
  const sqlName = `\`${database.name.replaceAll('`', '``')}\``;
  const create = `CREATE DATABASE IF NOT EXISTS ${sqlName} CHARACTER SET ${database.characterSet} COLLATE ${database.collation}`;
  const feed = `${client} --binary-mode --comments --default-character-set=utf8mb4 -D ${shellName}`;
  const read = readCommand(suffix);
  return [
    `${client} -e '${create.replaceAll("'", "'\\''")}'`,
    `${read} ${folder}/schema.sql${suffix} | ${feed}`,
    `for object in ${folder}/*.[0-9][0-9][0-9][0-9][0-9].sql${suffix}; do [ ! -e "$object" ] || ${read} "$object" | ${feed} || break; done`,
    `${read} ${folder}/schema-after.sql${suffix} | ${feed}`,
    '',
  ];
}

function readCommand(suffix: string): string {
  return { zstd: 'zstd -dc', gzip: 'gzip -dc', none: 'cat' }[compressionOf(suffix)];
}

function programFor(suffix: string): string {
  return { zstd: 'zstd', gzip: 'gzip', none: 'cat' }[compressionOf(suffix)];
}
