import type { DatabaseRecord, ObjectRecord } from '../backup-set/manifest.js';
import { objectSuffix, type ObjectFormat } from '../backup-set/object-format.js';
import { writeObject } from '../backup-set/object-writer.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { completeDdl } from './ddl/create-table.js';
import { creationScript, definedObjects, standInView, type DefinedObject } from './definitions.js';
import { quoteName, quoteText } from './sql.js';
import { OBJECT_PREAMBLE } from './table-rows.js';

/** Writes `schema.sql` (tables, sequences) and `schema-after.sql` (views, routines, triggers, events). */
export async function writeSchemaObjects(
  storage: BackupStorage,
  set: string,
  database: DatabaseRecord,
  format: ObjectFormat,
): Promise<ObjectRecord[]> {
  const suffix = `.sql${objectSuffix(format)}`;
  const scripts = [
    { key: `database/${database.folder}/schema${suffix}`, content: schemaScript(database) },
    { key: `database/${database.folder}/schema-after${suffix}`, content: schemaAfterScript(database) },
  ];
  const objects: ObjectRecord[] = [];
  for (const { key, content } of scripts) {
    const record = await writeObject(storage, `${set}/${key}`, format, content);
    objects.push({ ...record, key });
  }
  return objects;
}

/**
 * Sequences and tables, for the stock client. Views come as stand-ins with the right columns, as the stock dump programs
 * do it, so that views of any database can be made in any order afterwards.
 */
export function schemaScript(database: DatabaseRecord): Buffer {
  const sequences = database.sequences.flatMap((sequence) => [
    sequence.ddl,
    `DO SETVAL(${quoteName(sequence.name)}, ${sequence.nextValue}, 0, ${String(sequence.cycles)})`,
  ]);
  const tables = database.tables.map((table) => completeDdl(table.ddl, table.unshown));
  const views = database.views.map((view) => standInView(view.name, view.columns));
  return Buffer.from(
    OBJECT_PREAMBLE + [...sequences, ...tables, ...views].map((statement) => `${statement};\n`).join(''),
  );
}

/** Everything that stands on tables, and can only be made when all databases have theirs. */
export function schemaAfterScript(database: DatabaseRecord): Buffer {
  const objects = definedObjects(database).map((object) => {
    const { before, statement, after } = creationScript(object, database.collation);
    const drop = object.kind === 'VIEW' ? [`DROP VIEW IF EXISTS ${quoteName(object.definition.name)}`] : [];
    return Buffer.concat([
      Buffer.from([...drop, ...before].map((setting) => `${setting};\n`).join('')),
      forClient(object, statement),
      Buffer.from(after.map((setting) => `${setting};\n`).join('')),
    ]);
  });
  const comment = database.comment === '' ? '' : `ALTER DATABASE COMMENT ${quoteText(database.comment)};\n`;
  return Buffer.concat([Buffer.from(OBJECT_PREAMBLE), ...objects, Buffer.from(comment)]);
}

/**
 * A statement as the stock client can be given it. The client reads lines as its own commands and text as UTF-8: what it
 * would misunderstand is handed over as hexadecimal.
 */
function forClient({ definition }: DefinedObject, statement: Buffer): Buffer {
  const characterSet = definition.characterSetClient ?? 'utf8mb4';
  const isUtf8 = characterSet.startsWith('utf8');
  if (!isUtf8 || /^\s*delimiter\b/im.test(definition.ddl)) {
    return Buffer.from(`EXECUTE IMMEDIATE _${characterSet} 0x${statement.toString('hex')};\n`);
  }
  const delimiter = [';;', '$$', '//', '@@', '~~'].find((candidate) => !statement.includes(candidate)) ?? ';;;;';
  return Buffer.concat([
    Buffer.from(`DELIMITER ${delimiter}\n`),
    statement,
    Buffer.from(`\n${delimiter}\nDELIMITER ;\n`),
  ]);
}
