import { BackupError } from '../../errors/backup.error.js';
import { readDatabaseSettings } from '../database-settings.js';
import { createObjects } from '../create-objects.js';
import type { DefinedObject } from '../definitions.js';
import { takeInTurns } from '../lock-turns.js';
import { changeDefinition } from '../despite-deadlocks.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteName, quoteQualified } from '../sql.js';
import { readSchemaNames } from './live-schema.js';
import type { UndoRecord } from './undo-record.js';

/** The steps that a swap and its undo have in common. Each may be done again. */

export async function createLive(connection: ServerConnection, record: UndoRecord): Promise<void> {
  await changeDefinition(connection, `CREATE DATABASE IF NOT EXISTS ${quoteName(record.live)} CHARACTER SET utf8mb4`);
}

export async function createObjectsIn(
  connection: ServerConnection,
  schema: string,
  objects: readonly DefinedObject[],
): Promise<void> {
  await connection.query(`USE ${quoteName(schema)}`);
  const settings = await readDatabaseSettings(connection, schema);
  await createObjects(connection, schema, objects, settings?.collation ?? '');
}

/** Makes those views that can be made now: they may have been broken before the restore. Gives those that were made. */
export async function createPossible(
  connection: ServerConnection,
  schema: string,
  views: readonly DefinedObject[],
): Promise<Set<DefinedObject>> {
  const made = new Set<DefinedObject>();
  for (const view of views) {
    try {
      await createObjectsIn(connection, schema, [view]);
      made.add(view);
    } catch (error) {
      if (!(error instanceof BackupError) || error.code !== 'query_failed') {
        throw error;
      }
    }
  }
  return made;
}

/** One statement: all tables move, or none. Who uses them is held up for a second at a time while it waits for its turn. */
export async function renameAll(connection: ServerConnection, pairs: readonly string[]): Promise<void> {
  await connection.query('SET SESSION foreign_key_checks=0');
  if (pairs.length > 0) {
    await takeInTurns(connection, async () => {
      await connection.query(`RENAME TABLE ${pairs.join(', ')}`);
    });
  }
}

/** A table's old and new place, for {@link renameAll}. */
export function renamePair(from: string, to: string, table: string): string {
  return `${quoteQualified(from, table)} TO ${quoteQualified(to, table)}`;
}

export async function dropSchema(connection: ServerConnection, schema: string): Promise<void> {
  await connection.query('SET SESSION foreign_key_checks=0');
  await changeDefinition(connection, `DROP DATABASE IF EXISTS ${quoteName(schema)}`);
}

/** Drops the schemas of restores that are to stay as they are. */
export async function discardScratch(connection: ServerConnection, records: readonly UndoRecord[]): Promise<void> {
  for (const { staging, undo } of records) {
    await dropSchema(connection, staging);
    await dropSchema(connection, undo);
  }
}

export async function dropEmptyLive(connection: ServerConnection, record: UndoRecord): Promise<void> {
  const live = await readSchemaNames(connection, record.live);
  if (record.madeLive && live.exists && live.tables.length === 0 && live.views.length === 0) {
    await changeDefinition(connection, `DROP DATABASE ${quoteName(record.live)}`);
  }
}

export function isBusy(error: unknown): error is BackupError {
  return error instanceof BackupError && error.code === 'busy';
}
