import type { DatabaseRecord, ObjectRecord, ServerRecord } from '../backup-set/manifest.js';
import { objectSuffix, type ObjectFormat } from '../backup-set/object-format.js';
import { writeObject } from '../backup-set/object-writer.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import { schemaAfterScripts, schemaScript } from './schema-scripts.js';

/** Writes `schema.sql` (tables, sequences) and `schema-after.sql` (views, routines, triggers, events). */
export async function writeSchemaObjects(
  storage: BackupStorage,
  set: string,
  database: DatabaseRecord,
  flavour: ServerRecord['flavour'],
  format: ObjectFormat,
): Promise<ObjectRecord[]> {
  const objects: ObjectRecord[] = [];
  for (const { name, content } of [schemaScript(database, flavour), ...schemaAfterScripts(database, flavour)]) {
    const key = `database/${database.folder}/${name}.sql${objectSuffix(format)}`;
    const record = await writeObject(storage, `${set}/${key}`, format, content);
    objects.push({ ...record, key });
  }
  return objects;
}
