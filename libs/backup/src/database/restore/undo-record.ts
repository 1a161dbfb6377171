import { z } from 'zod';
import { BackupError } from '../../errors/backup.error.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteName, quoteQualified } from '../sql.js';
import { crossingKeySchema } from './crossing-keys.js';
import { readSchemaNames } from './live-schema.js';
import { routineGrantSchema } from './routine-grants.js';

/** The one table of ours in an undo schema. */
export const UNDO_TABLE = '_backup_undo';
/** The table that marks a scratch schema as ours to drop. */
export const STAGING_TABLE = '_backup_staging';

const definedObject = z.strictObject({
  kind: z.enum(['VIEW', 'PROCEDURE', 'FUNCTION', 'PACKAGE', 'PACKAGE BODY', 'TRIGGER', 'EVENT']),
  definition: z.looseObject({
    name: z.string(),
    ddl: z.string(),
    encoding: z.enum(['utf8', 'base64']),
    sqlMode: z.string().optional(),
    characterSetClient: z.string().optional(),
    collationConnection: z.string().optional(),
    databaseCollation: z.string().optional(),
    timeZone: z.string().optional(),
    /** Of a trigger. */
    table: z.string().optional(),
  }),
  columns: z.array(z.string()).optional(),
});

const databaseSettings = z.strictObject({
  characterSet: z.string(),
  collation: z.string(),
  comment: z.string(),
  defaultEncryption: z.literal(true).optional(),
});

const undoRecordSchema = z.strictObject({
  operation: z.string(),
  set: z.string(),
  live: z.string(),
  staging: z.string(),
  undo: z.string(),
  /** Whether the restore made the live schema. */
  madeLive: z.boolean(),
  /** Whether whole databases are restored, with their own settings. */
  settings: databaseSettings.nullable(),
  /** What the live schema had before; null where it was not there. */
  settingsBefore: databaseSettings.nullable(),
  /** Live tables that go to the undo schema. */
  moved: z.array(z.string()),
  /** Staged tables that take their place. */
  placed: z.array(z.string()),
  /** What stood on the moved tables or under a name that is restored. */
  replaced: z.array(definedObject),
  restored: z.array(definedObject),
  /** Statements for the live schema; `result` is what the table's definition holds when one has run. */
  lateStatements: z.array(z.strictObject({ table: z.string(), statement: z.string(), result: z.string() })),
  /** Foreign keys of tables that stay, to tables that are moved. */
  incoming: z.array(crossingKeySchema).default([]),
  /** Foreign keys of tables that are moved, to tables that stay. */
  outgoing: z.array(crossingKeySchema).default([]),
  /** What goes with routines that the swap drops and makes again. */
  grants: z.array(routineGrantSchema).default([]),
});

/** All that is needed to finish an interrupted swap, or to take it back, without the backup set. */
export type UndoRecord = Readonly<z.infer<typeof undoRecordSchema>>;

/**
 * - `prepared`: nothing live was touched, or all of it is as it was
 * - `swapping`: triggers may be gone, tables may have moved
 * - `swapped`: all is in place
 * - `undoing`: on the way back
 */
export type UndoState = 'prepared' | 'swapping' | 'swapped' | 'undoing';

export interface StoredUndoRecord {
  readonly state: UndoState;
  readonly record: UndoRecord;
}

/** Marks a scratch schema as ours to drop. It may have the mark already. */
export async function markStaging(connection: ServerConnection, staging: string, operation: string): Promise<void> {
  const marker = quoteQualified(staging, STAGING_TABLE);
  // servers may make no table without a primary key
  await connection.query(`CREATE TABLE IF NOT EXISTS ${marker} (operation CHAR(32) PRIMARY KEY) ENGINE=InnoDB`);
  await connection.query(`INSERT IGNORE INTO ${marker} VALUES (?)`, [operation]);
}

export async function createUndoRecord(connection: ServerConnection, record: UndoRecord): Promise<void> {
  await connection.query(`CREATE DATABASE ${quoteName(record.undo)} CHARACTER SET utf8mb4`);
  const table = quoteQualified(record.undo, UNDO_TABLE);
  await connection.query(
    `CREATE TABLE ${table} (id INT PRIMARY KEY, state VARCHAR(16) NOT NULL, record LONGTEXT NOT NULL, session BIGINT UNSIGNED, server_start BIGINT) ENGINE=InnoDB`,
  );
  await writeRecord(connection, record, 'prepared');
}

/**
 * In one transaction, a row a part: servers take no statement and no value beyond `max_allowed_packet`. Rows may be there
 * already, the first with the session that is at work; those of a longer record are emptied, since not every account that
 * restores may delete.
 */
async function writeRecord(connection: ServerConnection, record: UndoRecord, state: UndoState): Promise<void> {
  const table = quoteQualified(record.undo, UNDO_TABLE);
  await connection.query('START TRANSACTION');
  await connection.query(`UPDATE ${table} SET state = ?, record = ''`, [state]);
  for (const [index, part] of parts(JSON.stringify(record), connection.server.maxAllowedPacket).entries()) {
    await connection.query(`INSERT IGNORE INTO ${table} (id, state, record) VALUES (?, ?, '')`, [index + 1, state]);
    await connection.query(`UPDATE ${table} SET record = ? WHERE id = ?`, [part, index + 1]);
  }
  await connection.query('COMMIT');
}

/** Letters are not parted; one takes four bytes at most, and the rest of the statement has room as well. */
function parts(text: string, packetBytes: number): string[] {
  const letters = Math.min(Math.floor(packetBytes / 8), MOST_LETTERS);
  return text.match(new RegExp(`.{1,${String(letters)}}`, 'gsu')) ?? [];
}

const MOST_LETTERS = 1_000_000;

export async function setUndoState(connection: ServerConnection, undo: string, state: UndoState): Promise<void> {
  await connection.query(`UPDATE ${quoteQualified(undo, UNDO_TABLE)} SET state = ?`, [state]);
}

/** Begins an undo: the record is written anew, with what holds now. */
export async function beginUndo(connection: ServerConnection, record: UndoRecord): Promise<void> {
  await writeRecord(connection, record, 'undoing');
}

/** The record in an undo schema, or null when there is no such schema or it is not ours. */
export async function readUndoRecord(connection: ServerConnection, undo: string): Promise<StoredUndoRecord | null> {
  const { tables } = await readSchemaNames(connection, undo);
  if (!tables.includes(UNDO_TABLE)) {
    return null;
  }
  const rows = await connection.query(`SELECT state, record FROM ${quoteQualified(undo, UNDO_TABLE)} ORDER BY id`);
  const [row] = rows;
  if (rows.length === 0) {
    return null;
  }
  const parsed = undoRecordSchema.safeParse(JSON.parse(rows.map(({ record }) => String(record)).join('')));
  if (!parsed.success) {
    throw new BackupError(
      'undo_impossible',
      `The record in schema ${undo} cannot be read: it was altered; move its tables back by hand with RENAME TABLE.`,
      { cause: parsed.error },
    );
  }
  return { state: undoState(String(row.state)), record: parsed.data };
}

function undoState(text: string): UndoState {
  const known = (['prepared', 'swapping', 'swapped', 'undoing'] as const).find((state) => state === text);
  if (known === undefined) {
    throw new BackupError('undo_impossible', `The undo record has the unknown state ${text}: it was altered.`);
  }
  return known;
}
