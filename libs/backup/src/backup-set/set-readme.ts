import type { BackupStorage } from '../storage/backup-storage.js';
import { compressionOf } from './compression.js';
import { fileCommands, TARGET, type RootCommands } from './files-readme.js';
import { README, type DatabaseRecord, type Manifest, type ObjectRecord, type ServerRecord } from './manifest.js';
import { missingParts } from './missing-parts.js';
import { isEncrypted, objectSuffix, STORED_PLAIN, type ObjectFormat } from './object-format.js';
import { writeObject } from './object-writer.js';
import { keyFile, readCommand, readObjectCommand } from './read-command.js';

type Described = Pick<Manifest, 'name' | 'databases' | 'objects' | 'server' | 'startedAt' | 'warnings'> & {
  /** Names of what the stock client cannot make. */
  readonly notForClient: readonly string[];
  readonly roots: readonly RootCommands[];
};

/** What the stock clients take without being told otherwise, bytes. */
const USUAL_PACKET = 16 * 1024 * 1024;

/** The commands of an encrypted set: they name databases, so they are encrypted themselves. */
const SCRIPT = 'restore.sh';

/**
 * Writes what tells how to restore a set by hand with nothing but stock tools: `README.txt`. That of an encrypted set
 * says no more than how to get at `restore.sh.age`, which says the rest.
 */
export async function writeReadme(
  storage: BackupStorage,
  set: Described,
  format: ObjectFormat,
): Promise<ObjectRecord[]> {
  const write = async (key: string, text: string, objectFormat: ObjectFormat): Promise<ObjectRecord> => ({
    ...(await writeObject(storage, `${set.name}/${key}`, objectFormat, Buffer.from(text))),
    key,
  });
  const commands = restoreCommands(set, objectSuffix(format));
  if (format.recipient === null) {
    return [await write(README, commands, STORED_PLAIN)];
  }
  const script: ObjectFormat = { ...STORED_PLAIN, recipient: format.recipient };
  return [
    await write(README, encryptedReadme(set), STORED_PLAIN),
    await write(`${SCRIPT}${objectSuffix(script)}`, commands, script),
  ];
}

/** What can be said in the open: nothing that the names of the objects do not say. */
function encryptedReadme({ name, startedAt, server }: Described): string {
  const script = `${SCRIPT}.age`;
  return `# Backup set ${name}, taken ${startedAt} and encrypted with age (https://age-encryption.org)
#
# To restore it without the software that made it, put the identity (AGE-SECRET-KEY-...) of one of its recipients into
# the folder of this file, as identity.txt, go there and run:
#
#   bash -eo pipefail README.txt
#
# or paste the commands below into a shell, in this order, and stop where one shows an error. A set that was encrypted
# with a passphrase needs no identity.txt: age asks for it. Post-quantum identities need age 1.3 or newer.
# The commands decrypt ${SCRIPT}, which says what else it needs, and run it; one object by itself is read with
#
#   ${example(server)}
#
# set.key opens everything here: the commands remove it, also when one fails, and it must not stay anywhere.

umask 077
trap 'rm -f set.key ${SCRIPT}' EXIT
${keyCommand('key.age', 'set.key')}
age -d -i set.key ${script} > ${SCRIPT}
bash -eo pipefail ${SCRIPT}
`;
}

/** How one object by itself is read. */
function example(server: ServerRecord | null): string {
  return server === null
    ? 'age -d -i set.key files/uploads/00001.tar.zst.age | zstd -dc | tar -t'
    : `age -d -i set.key database/shop/orders.00001.sql.zst.age | zstd -dc | ${clientOf(server)} shop`;
}

function clientOf(server: ServerRecord | null): string {
  return server?.flavour === 'mysql' ? 'mysql' : 'mariadb';
}

function clientFunction(client: string): string {
  return `client() { ${client} --default-character-set=utf8mb4 --binary-mode --comments --max-allowed-packet=1G "$@"; }\n`;
}

function databasesNote(client: string): string {
  return `# Add what reaches your server (--host, --port, --user) to the next command, or put it, like the password, into the
# option file of ${client}: ~/.my.cnf, section [client]. Databases are made; one that exists already must be empty.
`;
}

const ROOTS_NOTE = `# Files go to a new folder here, ${TARGET}: from there you put them where they belong. Only root can give them their owners.
`;

/** All but the commands is a comment, so that they can be pasted and the file itself can be run. */
function restoreCommands(set: Described, suffix: string): string {
  const { databases, roots, server } = set;
  const client = clientOf(server);
  const file = isEncrypted(suffix) ? SCRIPT : README;
  const programs = [
    ...(databases.length > 0 ? [client] : []),
    ...(roots.length > 0 ? ['tar'] : []),
    programFor(suffix),
    ...(isEncrypted(suffix) ? ['age'] : []),
  ].join(' and ');
  return `# Backup set ${set.name}
# Taken ${set.startedAt}${server === null ? '' : ` from ${client === 'mariadb' ? 'MariaDB' : 'MySQL'} ${server.version}`}
#
# To restore it without the software that made it, go to the folder of this file and run it:
#
#   bash -eo pipefail ${file}
#
# or paste the commands below into a shell, in this order, and stop where one shows an error. They need ${programs}.
${databases.length > 0 ? databasesNote(client) : ''}${roots.length > 0 ? ROOTS_NOTE : ''}#
# manifest.json${isEncrypted(suffix) ? '.age' : ''} holds the SHA-256 of every file here and which table each belongs to.
${packetNote(databases)}${chainNote(set)}${partialNote(set)}${clientNote(client, set.notForClient)}
${[
  ...keyCommands(set, suffix),
  ...(databases.length > 0 ? [clientFunction(client)] : []),
  ...databases.map(createCommand),
  // in steps over all databases, since what stands on the tables of one may refer to another
  ...databases.map((database) => loadCommand(database, 'schema', suffix)),
  ...databases.map((database) => rowsCommand(database, suffix)),
  ...databases.flatMap((database) => loadAfterCommands(database, set, suffix)),
  ...fileCommands(roots, suffix),
].join('\n')}
`;
}

function createCommand({ name, characterSet, collation, defaultEncryption }: DatabaseRecord): string {
  const identifier = `\`${name.replaceAll('`', '``')}\``;
  const statement = `CREATE DATABASE IF NOT EXISTS ${identifier} CHARACTER SET ${characterSet} COLLATE ${collation}${defaultEncryption === true ? " DEFAULT ENCRYPTION 'Y'" : ''}`;
  return `client -e ${shellWord(statement)}`;
}

function loadCommand({ name, folder }: DatabaseRecord, object: string, suffix: string, characterSet = ''): string {
  const option = characterSet === '' ? '' : ` --default-character-set=${characterSet}`;
  return `${readCommand(`database/${folder}/${object}.sql${suffix}`)} | client${option} -D ${shellWord(name)}`;
}

/** One script, or several where the client has to read in one character set and another. */
function loadAfterCommands(database: DatabaseRecord, { objects }: Described, suffix: string): string[] {
  const [start, end] = [`database/${database.folder}/schema-after`, `.sql${suffix}`];
  return objects
    .filter(({ key }) => key.startsWith(`${start}.`) && key.endsWith(end))
    .map(({ key }) => {
      const [, , characterSet] = key.slice(start.length, -end.length).split('.');
      return loadCommand(database, key.slice(`database/${database.folder}/`.length, -end.length), suffix, characterSet);
    });
}

function rowsCommand(database: DatabaseRecord, suffix: string): string {
  const { name, folder } = database;
  return [
    `for object in database/${folder}/*.[0-9][0-9][0-9][0-9][0-9].sql${suffix}; do`,
    // a pattern that matches nothing stands for itself: no table has rows
    `  if [ -e "$object" ]; then ${readCommand('"$object"', suffix)} | client -D ${shellWord(name)}; fi`,
    'done',
    ...earlierRows(database).map((object) => `${readObjectCommand(object)} | client -D ${shellWord(name)}`),
  ].join('\n');
}

/** The objects of earlier sets that hold rows of a database. */
function earlierRows({ tables }: DatabaseRecord): { readonly set: string; readonly key: string }[] {
  const ranges = tables.flatMap((table) => table.ranges);
  return ranges.flatMap(({ set, object }) => (set === undefined ? [] : [{ set, key: object }]));
}

/** Names of the earlier sets that it refers to, oldest first. */
function earlierSets({ objects }: Described): string[] {
  return [...new Set(objects.flatMap(({ set }) => (set === undefined ? [] : [set])))].sort();
}

function keyCommands(set: Described, suffix: string): string[] {
  const sets = isEncrypted(suffix) ? earlierSets(set) : [];
  if (sets.length === 0) {
    return [];
  }
  const files = sets.map(keyFile);
  return [
    'umask 077',
    `trap 'rm -f ${files.join(' ')}' EXIT`,
    ...sets.map((earlier) => keyCommand(`../${earlier}/key.age`, keyFile(earlier))),
  ];
}

/**
 * What opens the key of a set, or says what that needs: of a missing identity age says no more than that none matched. Read when
 * it runs, since rotation takes a set from a passphrase to recipients.
 */
function keyCommand(sealed: string, file: string): string {
  return `if [ -e identity.txt ]; then age -d -i identity.txt ${sealed} > ${file}
elif grep -aq '^-> scrypt ' ${sealed}; then age -d ${sealed} > ${file}
else echo 'identity.txt is not here: put the identity (AGE-SECRET-KEY-...) of a recipient into it, and run this again.' >&2; false; fi`;
}

/** A client takes long statements when it is told to; a server has to be configured. */
function packetNote(databases: readonly DatabaseRecord[]): string {
  const longest = Math.max(0, ...databases.flatMap(({ tables }) => tables.map((table) => table.longestStatement)));
  if (longest < USUAL_PACKET) {
    return '';
  }
  return `#\n# The server's max_allowed_packet must be above ${String(longest)}.\n`;
}

function chainNote(set: Described): string {
  const sets = earlierSets(set);
  if (sets.length === 0) {
    return '';
  }
  return `#
# This set is incremental: what did not change is taken from these sets, whose folders must stand beside this one:
${sets.map((name) => `#   ../${name}\n`).join('')}`;
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

function clientNote(client: string, names: readonly string[]): string {
  if (names.length === 0) {
    return '';
  }
  return `#
# ${client} takes a line that starts with the word delimiter for a command of its own. Not made by the commands below:
${names.map((name) => `#   ${name.replaceAll(/\s/g, ' ')}\n`).join('')}# Take their statements from manifest.json, and give them to the server with another client.
`;
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function programFor(suffix: string): string {
  return { zstd: 'zstd', gzip: 'gzip', none: 'cat' }[compressionOf(suffix)];
}
