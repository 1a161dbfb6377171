import type { DatabaseRecord, ServerRecord } from '../backup-set/manifest.js';
import { completeDdl } from './ddl/create-table.js';
import { tableCreation } from './ddl/table-creation.js';
import { creationScript, definedObjects, standInView, type DefinedObject } from './definitions.js';
import { quoteName, quoteText } from './sql.js';
import { OBJECT_PREAMBLE } from './table-rows.js';

type Flavour = ServerRecord['flavour'];

/** Statements for the stock client. */
export interface ClientScript {
  /** What its object is called; `schema-after.2.sjis` is to be read by a client of that character set. */
  readonly name: string;
  readonly content: Buffer;
}

/** Character sets whose letters can end in a byte that a client of another one takes for a backslash. */
const MISREAD: ReadonlySet<string> = new Set(['big5', 'cp932', 'gb18030', 'gbk', 'sjis']);

/** The stock client takes such a line for its own command, wherever it stands. */
const CLIENT_COMMAND = /^\s*delimiter\b/im;

/**
 * Sequences and tables. Views come as stand-ins with the right columns, as the stock dump programs do it, so that views
 * of any database can be made in any order afterwards.
 */
export function schemaScript(database: DatabaseRecord, flavour: Flavour): ClientScript {
  const sequences = database.sequences.flatMap((sequence) => [
    sequence.ddl,
    `DO SETVAL(${quoteName(sequence.name)}, ${sequence.nextValue}, 0, ${String(sequence.cycles)})`,
  ]);
  const settings = flavour === 'mysql' ? ['/*!80400 SET restrict_fk_on_non_standard_key=0 */'] : [];
  const tables = database.tables.map((table) => completeDdl(tableCreation(table, flavour), table.unshown));
  const views = database.views.map((view) => standInView(view.name, view.columns));
  const content = OBJECT_PREAMBLE + [...settings, ...sequences, ...tables, ...views].map(ended).join('');
  return { name: 'schema', content: Buffer.from(content) };
}

/**
 * Everything that stands on tables, and can only be made when all databases have theirs: a script, and on MySQL another
 * one wherever the client has to read in another character set.
 */
export function schemaAfterScripts(database: DatabaseRecord, flavour: Flavour): ClientScript[] {
  const parts: Part[] = [{ characterSet: 'utf8mb4', pieces: [] }];
  for (const object of definedObjects(database).filter((each) => isForClient(each, flavour))) {
    const characterSet = clientCharacterSet(object, flavour);
    if (object.kind === 'VIEW') {
      // its name is in UTF-8
      continuePart(parts, 'utf8mb4').push(
        Buffer.from(ended(`DROP VIEW IF EXISTS ${quoteName(object.definition.name)}`)),
      );
    }
    continuePart(parts, characterSet).push(scriptOf(object, database, flavour));
  }
  if (database.comment !== '') {
    continuePart(parts, 'utf8mb4').push(Buffer.from(ended(`ALTER DATABASE COMMENT ${quoteText(database.comment)}`)));
  }
  return parts.map(({ characterSet, pieces }, index) => ({
    name: index === 0 ? 'schema-after' : `schema-after.${String(index + 1)}.${characterSet}`,
    content: Buffer.concat([Buffer.from(OBJECT_PREAMBLE), ...pieces]),
  }));
}

/** What the stock client cannot be given at all: `procedure shop.name`. */
export function notForClient(databases: readonly DatabaseRecord[], flavour: Flavour): string[] {
  return databases.flatMap((database) =>
    definedObjects(database)
      .filter((object) => !isForClient(object, flavour))
      .map(({ kind, definition }) => `${kind.toLowerCase()} ${database.name}.${definition.name}`),
  );
}

function isForClient({ definition }: DefinedObject, flavour: Flavour): boolean {
  return flavour === 'mariadb' || !CLIENT_COMMAND.test(definition.ddl);
}

interface Part {
  readonly characterSet: string;
  readonly pieces: Buffer[];
}

function continuePart(parts: Part[], characterSet: string): Buffer[] {
  const last = parts.at(-1);
  if (last?.characterSet === characterSet) {
    return last.pieces;
  }
  const pieces: Buffer[] = [];
  parts.push({ characterSet, pieces });
  return pieces;
}

function clientCharacterSet({ definition }: DefinedObject, flavour: Flavour): string {
  const { characterSetClient = 'utf8mb4' } = definition;
  return flavour === 'mysql' && MISREAD.has(characterSetClient) ? characterSetClient : 'utf8mb4';
}

function scriptOf(object: DefinedObject, database: DatabaseRecord, flavour: Flavour): Buffer {
  const { before, statement, after } = creationScript(object, database.collation);
  return Buffer.concat([
    Buffer.from(before.map(ended).join('')),
    flavour === 'mariadb' && isHardForClient(object) ? asBytes(object, statement) : delimited(statement),
    Buffer.from(after.map(ended).join('')),
  ]);
}

/** The client reads lines as its own commands and text as UTF-8. */
function isHardForClient({ definition }: DefinedObject): boolean {
  return !(definition.characterSetClient ?? 'utf8mb4').startsWith('utf8') || CLIENT_COMMAND.test(definition.ddl);
}

/** What the client would misunderstand is handed over as hexadecimal, which MySQL has no statement for. */
function asBytes({ definition }: DefinedObject, statement: Buffer): Buffer {
  const characterSet = definition.characterSetClient ?? 'utf8mb4';
  return Buffer.from(ended(`EXECUTE IMMEDIATE _${characterSet} 0x${statement.toString('hex')}`));
}

function delimited(statement: Buffer): Buffer {
  const delimiter = [';;', '$$', '//', '@@', '~~'].find((candidate) => !statement.includes(candidate)) ?? ';;;;';
  return Buffer.concat([
    Buffer.from(`DELIMITER ${delimiter}\n`),
    statement,
    Buffer.from(`\n${delimiter}\nDELIMITER ;\n`),
  ]);
}

function ended(statement: string): string {
  return `${statement};\n`;
}
