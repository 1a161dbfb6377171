import { compressionSuffix, type Compression } from '../backup-set/compression.js';
import type { DatabaseRecord, ObjectRecord } from '../backup-set/manifest.js';
import { writeObject } from '../backup-set/object-writer.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { creationStatements, definedObjects, dropStatement, standInView } from './definitions.js';
import { quoteName, quoteText } from './sql.js';
import { OBJECT_PREAMBLE } from './table-rows.js';

/** Writes `schema.sql` (tables, sequences) and `schema-after.sql` (views, routines, triggers, events). */
export async function writeSchemaObjects(
  storage: BackupStorage,
  set: string,
  database: DatabaseRecord,
  compression: Compression,
): Promise<ObjectRecord[]> {
  const suffix = `.sql${compressionSuffix(compression)}`;
  const scripts = [
    { key: `database/${database.folder}/schema${suffix}`, content: schemaScript(database) },
    { key: `database/${database.folder}/schema-after${suffix}`, content: schemaAfterScript(database) },
  ];
  const objects: ObjectRecord[] = [];
  for (const { key, content } of scripts) {
    const record = await writeObject(storage, `${set}/${key}`, compression, content);
    objects.push({ ...record, key });
  }
  return objects;
}

/** Tables and sequences, for the stock client. */
export function schemaScript(database: DatabaseRecord): Buffer {
  const sequences = database.sequences.flatMap((sequence) => [
    `${sequence.ddl};\n`,
    `DO SETVAL(${quoteName(sequence.name)}, ${sequence.nextValue}, 0, ${String(sequence.cycles)});\n`,
  ]);
  return Buffer.from([OBJECT_PREAMBLE, ...sequences, ...database.tables.map((table) => `${table.ddl};\n`)].join(''));
}

/**
 * Everything that stands on tables, in an order that works with the stock client. Views that build on one another are
 * first made as stand-ins with the right columns, as the stock dump programs do.
 */
export function schemaAfterScript(database: DatabaseRecord): Buffer {
  const line = (statement: Buffer): Buffer => Buffer.concat([statement, Buffer.from(';\n')]);
  const objects = definedObjects(database).flatMap((object) => [
    ...(object.kind === 'VIEW' ? [line(dropStatement('VIEW', object.definition.name))] : []),
    delimited(creationStatements(object, database.collation)),
  ]);
  const comment = database.comment === '' ? '' : `ALTER DATABASE COMMENT ${quoteText(database.comment)};\n`;
  return Buffer.concat([
    Buffer.from(OBJECT_PREAMBLE),
    ...database.views.map((view) => line(standInView(view.name, view.columns))),
    ...objects,
    Buffer.from(comment),
  ]);
}

/** Statements for the stock client, which has to be told what ends them when they hold semicolons themselves. */
function delimited(statements: readonly Buffer[]): Buffer {
  const all = Buffer.concat(statements);
  const delimiter = [';;', '$$', '//', '@@', '~~'].find((candidate) => !all.includes(candidate)) ?? ';;;;';
  const ends = Buffer.from(`\n${delimiter}\n`);
  return Buffer.concat([
    Buffer.from(`DELIMITER ${delimiter}\n`),
    ...statements.flatMap((statement) => [statement, ends]),
    Buffer.from('DELIMITER ;\n'),
  ]);
}
