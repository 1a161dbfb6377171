import { BackupError } from '../../errors/backup.error.js';
import { createObjects, createStandIns, dropObject, type DefinedObject } from '../definitions.js';
import { readDatabaseSettings, writeDatabaseSettings, type DatabaseSettings } from '../database-settings.js';
import { SchemaReader } from '../schema-reader.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteName, quoteQualified } from '../sql.js';
import { repairForeignKeys } from './foreign-key-repair.js';
import { readSchemaNames } from './live-schema.js';
import { swapBlocked } from './restore.errors.js';
import type { RestoreTarget } from './restore-targets.js';
import type { LateStatement } from './table-filler.js';
import {
  createUndoRecord,
  readUndoRecord,
  setUndoState,
  STAGING_TABLE,
  UNDO_TABLE,
  type StoredUndoRecord,
  type UndoRecord,
} from './undo-record.js';

/**
 * Puts staged tables in the place of live ones, and back. Each step is recorded in the undo schemas first, so that
 * whoever comes after a crash can finish the swap or take it back.
 */
export class Swap {
  constructor(private readonly connection: ServerConnection) {}

  /** Records what will be replaced. Live data is not touched. */
  async prepare(
    target: RestoreTarget,
    set: string,
    operation: string,
    late: readonly LateStatement[],
  ): Promise<UndoRecord> {
    const live = await readSchemaNames(this.connection, target.live);
    const placed = [...target.tables, ...target.sequences].map((table) => table.name);
    const views = target.objects.filter((object) => object.kind === 'VIEW').map((object) => object.definition.name);
    const moved = live.tables.filter((table) => placed.includes(table) || views.includes(table));
    const record: UndoRecord = {
      operation,
      set,
      live: target.live,
      staging: target.staging,
      undo: target.undo,
      madeLive: !live.exists,
      settings: target.isWhole ? settingsOf(target.source) : null,
      settingsBefore: await readDatabaseSettings(this.connection, target.live),
      moved,
      placed,
      replaced: live.exists ? await this.replacedObjects(target, moved, placed) : [],
      restored: [...target.objects].map(plainObject),
      lateStatements: [...late],
    };
    await createUndoRecord(this.connection, record);
    return record;
  }

  /**
   * Swaps several databases at once. On a failure everything is put back as it was.
   *
   * @throws BackupError `busy` when the live tables stay locked by others
   */
  async swap(records: readonly UndoRecord[]): Promise<void> {
    try {
      for (const record of records) {
        await setUndoState(this.connection, record.undo, 'swapping');
        await this.clearTheWay(record);
      }
      await this.renameAll(records.flatMap((record) => swapPairs(record)));
    } catch (error) {
      for (const record of records) {
        await this.abandon(record);
      }
      throw error instanceof BackupError && error.code === 'busy' ? swapBlocked(records[0].set, error.cause) : error;
    }
    try {
      for (const record of records) {
        await createStandIns(this.connection, record.live, record.restored);
      }
      for (const record of records) {
        await this.finish(record);
      }
    } catch (error) {
      for (const record of records) {
        await this.undo(record);
      }
      throw error;
    }
  }

  /** Takes a finished swap back: the replaced tables and definitions return, the restored ones go. */
  async undo(record: UndoRecord): Promise<void> {
    await setUndoState(this.connection, record.undo, 'undoing');
    await this.connection.query('SET SESSION foreign_key_checks=0');
    await this.connection.query(`CREATE DATABASE IF NOT EXISTS ${quoteName(record.staging)} CHARACTER SET utf8mb4`);
    await this.markStaging(record);
    await this.connection.query(`USE ${quoteName(record.live)}`);
    // a view can only be made while what it is built on is there, before or after the tables change places
    const views = record.replaced.filter((object) => object.kind === 'VIEW');
    const early = await this.createPossible(record, views);
    await this.dropRestored(record);
    const staged = await readSchemaNames(this.connection, record.staging);
    const isBack = record.placed.length > 0 && record.placed.every((table) => staged.tables.includes(table));
    if (!isBack) {
      await this.renameAll(undoPairs(record));
    }
    if (record.settingsBefore !== null && !record.madeLive) {
      await writeDatabaseSettings(this.connection, record.live, record.settingsBefore);
    }
    await this.createPossible(
      record,
      views.filter((view) => !early.has(view)),
    );
    await this.createIn(
      record,
      record.replaced.filter((object) => object.kind !== 'VIEW'),
    );
    await repairForeignKeys(this.connection, record.staging, record.live);
    await this.dropSchemas(record);
    await this.dropEmptyLive(record);
  }

  /**
   * Brings a swap that was cut off to an end: forward when the tables have moved, back when they have not.
   *
   * @returns what was done, in words; null when there was nothing to do
   */
  async recover(undo: string): Promise<string | null> {
    const stored = await readUndoRecord(this.connection, undo);
    if (stored === null) {
      return null;
    }
    await this.connection.query('SET SESSION foreign_key_checks=0');
    return this.recoverFrom(stored);
  }

  private async recoverFrom({ state, record }: StoredUndoRecord): Promise<string | null> {
    switch (state) {
      case 'swapped':
        return null;
      case 'undoing':
        await this.undo(record);
        return `the interrupted undo of ${record.live} was finished`;
      case 'prepared':
        await this.dropSchemas(record);
        return `staging of ${record.live} was removed, live data was not touched`;
      case 'swapping': {
        const staged = await readSchemaNames(this.connection, record.staging);
        if (record.placed.some((table) => staged.tables.includes(table))) {
          await this.abandon(record);
          await this.dropSchemas(record);
          return `staging of ${record.live} was removed, live data was not touched`;
        }
        await this.finish(record);
        return `the swap of ${record.live} had happened and was finished`;
      }
    }
  }

  /** Drops the undo schema of a restore that is to stay. */
  async discard(record: UndoRecord): Promise<void> {
    await this.dropSchemas(record);
  }

  private async replacedObjects(
    target: RestoreTarget,
    moved: readonly string[],
    placed: readonly string[],
  ): Promise<UndoRecord['replaced']> {
    const reader = new SchemaReader(this.connection, (error) => {
      throw error;
    });
    const objects = await reader.readObjects(target.live);
    const restored = new Set(target.objects.map((object) => `${object.kind} ${object.definition.name}`));
    return objects
      .filter((object) => {
        if (object.kind === 'TRIGGER') {
          return moved.includes(object.table ?? '');
        }
        const isInTheWay = object.kind === 'VIEW' && placed.includes(object.definition.name);
        return isInTheWay || restored.has(`${object.kind} ${object.definition.name}`);
      })
      .map(plainObject);
  }

  /** Triggers cannot cross schemas, and a view may stand where a table is to go. */
  private async clearTheWay(record: UndoRecord): Promise<void> {
    await this.connection.query('SET SESSION foreign_key_checks=0');
    await this.connection.query(`CREATE DATABASE IF NOT EXISTS ${quoteName(record.live)} CHARACTER SET utf8mb4`);
    await this.connection.query(`USE ${quoteName(record.live)}`);
    const inTheWay = record.replaced.filter(
      ({ kind, definition }) => kind === 'TRIGGER' || (kind === 'VIEW' && record.placed.includes(definition.name)),
    );
    for (const { kind, definition } of inTheWay) {
      await dropObject(this.connection, kind, definition.name);
    }
  }

  private async renameAll(pairs: readonly string[]): Promise<void> {
    if (pairs.length > 0) {
      await this.connection.query(`RENAME TABLE ${pairs.join(', ')}`);
    }
  }

  private async finish(record: UndoRecord): Promise<void> {
    await this.connection.query('SET SESSION foreign_key_checks=0');
    if (record.settings !== null) {
      await writeDatabaseSettings(this.connection, record.live, record.settings);
    }
    await createStandIns(this.connection, record.live, record.restored);
    await this.connection.query(`USE ${quoteName(record.live)}`);
    for (const { table, statement, result } of record.lateStatements) {
      const [row] = await this.connection.query(`SHOW CREATE TABLE ${quoteName(table)}`);
      if (!String(row['Create Table']).includes(result)) {
        await this.connection.query(statement);
      }
    }
    await this.createIn(record, record.restored);
    await repairForeignKeys(this.connection, record.undo, record.live);
    await setUndoState(this.connection, record.undo, 'swapped');
    await this.connection.query(`DROP DATABASE IF EXISTS ${quoteName(record.staging)}`);
  }

  /** Nothing has moved: puts back what was cleared out of the way. */
  private async abandon(record: UndoRecord): Promise<void> {
    const live = await readSchemaNames(this.connection, record.live);
    if (live.exists) {
      const cleared = record.replaced.filter(
        ({ kind, definition }) => kind === 'TRIGGER' || (kind === 'VIEW' && record.placed.includes(definition.name)),
      );
      await this.createIn(record, cleared);
    }
    await setUndoState(this.connection, record.undo, 'prepared');
    await this.dropEmptyLive(record);
  }

  private async createIn(record: UndoRecord, objects: readonly DefinedObject[]): Promise<void> {
    await this.connection.query(`USE ${quoteName(record.live)}`);
    const settings = await readDatabaseSettings(this.connection, record.live);
    await createObjects(this.connection, objects, settings?.collation ?? '');
  }

  /** Makes those views that can be made now: they may have been broken before the restore. */
  private async createPossible(record: UndoRecord, views: readonly DefinedObject[]): Promise<Set<DefinedObject>> {
    const made = new Set<DefinedObject>();
    for (const view of views) {
      try {
        await this.createIn(record, [view]);
        made.add(view);
      } catch (error) {
        if (!(error instanceof BackupError) || error.code !== 'query_failed') {
          throw error;
        }
      }
    }
    return made;
  }

  /** Drops what the restore made and nothing replaces, and every trigger that would keep a table in its schema. */
  private async dropRestored(record: UndoRecord): Promise<void> {
    const returning = new Set(record.replaced.map(({ kind, definition }) => `${kind} ${definition.name}`));
    for (const { kind, definition } of [...record.restored].reverse()) {
      if (kind !== 'TRIGGER' && !returning.has(`${kind} ${definition.name}`)) {
        await dropObject(this.connection, kind, definition.name);
      }
    }
    const triggers = await this.connection.query(
      'SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS tableName FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?',
      [record.live],
    );
    for (const { name } of triggers.filter((row) => record.placed.includes(String(row.tableName)))) {
      await dropObject(this.connection, 'TRIGGER', String(name));
    }
    const names = new Set([...record.moved, ...record.placed]);
    for (const { kind, definition } of record.restored) {
      if (kind === 'VIEW' && names.has(definition.name)) {
        await dropObject(this.connection, 'VIEW', definition.name);
      }
    }
  }

  private async markStaging(record: UndoRecord): Promise<void> {
    await this.connection.query(
      `CREATE TABLE IF NOT EXISTS ${quoteQualified(record.staging, STAGING_TABLE)} (operation CHAR(32) NOT NULL) ENGINE=InnoDB`,
    );
  }

  private async dropSchemas(record: UndoRecord): Promise<void> {
    await this.connection.query('SET SESSION foreign_key_checks=0');
    await this.connection.query(`DROP DATABASE IF EXISTS ${quoteName(record.staging)}`);
    await this.connection.query(`DROP DATABASE IF EXISTS ${quoteName(record.undo)}`);
  }

  private async dropEmptyLive(record: UndoRecord): Promise<void> {
    const live = await readSchemaNames(this.connection, record.live);
    if (record.madeLive && live.exists && live.tables.length === 0 && live.views.length === 0) {
      await this.connection.query(`DROP DATABASE ${quoteName(record.live)}`);
    }
  }
}

function settingsOf({ characterSet, collation, comment }: DatabaseSettings): DatabaseSettings {
  return { characterSet, collation, comment };
}

function swapPairs(record: UndoRecord): string[] {
  return [
    ...record.moved.map((table) => pair(record.live, record.undo, table)),
    ...record.placed.map((table) => pair(record.staging, record.live, table)),
  ];
}

function undoPairs(record: UndoRecord): string[] {
  return [
    ...record.placed.map((table) => pair(record.live, record.staging, table)),
    ...record.moved.filter((table) => table !== UNDO_TABLE).map((table) => pair(record.undo, record.live, table)),
  ];
}

function pair(from: string, to: string, table: string): string {
  return `${quoteQualified(from, table)} TO ${quoteQualified(to, table)}`;
}

function plainObject({ kind, definition, columns }: DefinedObject): UndoRecord['restored'][number] {
  return { kind, definition: { ...definition }, ...(columns === undefined ? {} : { columns: [...columns] }) };
}
