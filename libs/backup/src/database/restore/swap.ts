import { writeDatabaseSettings } from '../database-settings.js';
import { createStandIns, dropObject } from '../create-objects.js';
import { changeDefinition } from '../despite-deadlocks.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteName, quoteQualified } from '../sql.js';
import { readTableDefinition } from '../table-definitions.js';
import { putBackKey, removeKey } from './crossing-keys.js';
import { readSchemaNames } from './live-schema.js';
import { dropTriggers } from './live-tables.js';
import { swapBlocked } from './restore.errors.js';
import { grantAgain } from './routine-grants.js';
import { SwapBack } from './swap-back.js';
import {
  createLive,
  createObjectsIn,
  createPossible,
  dropEmptyLive,
  dropSchema,
  isBusy,
  renameAll,
  renamePair,
} from './swap-steps.js';
import { readSwapPosition } from './swap-position.js';
import { setUndoState, type UndoRecord } from './undo-record.js';

/**
 * Puts staged tables in the place of live ones, for all databases of a restore at once. Each step is recorded in the
 * undo schemas first, so that whoever comes after a crash can finish the swap or take it back; and each may be done again.
 */
export class Swap {
  /** What could not be brought about in the end, a line each. */
  readonly shortcomings: string[] = [];

  constructor(
    private readonly connection: ServerConnection,
    private readonly records: readonly UndoRecord[],
  ) {}

  /**
   * On a failure everything is put back as it was.
   *
   * @throws BackupError `busy` when the live tables stay locked by others
   */
  async swap(): Promise<void> {
    try {
      for (const record of this.records) {
        await setUndoState(this.connection, record.undo, 'swapping');
        await createLive(this.connection, record);
      }
      await this.clearTheWay();
      await this.renameTables();
    } catch (error) {
      const isUntouched = await this.abandon().then(
        () => true,
        () => false,
      );
      throw isBusy(error) ? swapBlocked(this.records[0].set, isUntouched, error.cause) : error;
    }
    await this.finish();
  }

  /** Whether the tables of a swap that was cut off have moved. */
  async hasMoved(): Promise<boolean> {
    return (await readSwapPosition(this.connection, this.records)) !== 'replaced are live';
  }

  /** Completes a swap whose tables have moved. When that fails the swap is taken back. */
  async finish(): Promise<void> {
    try {
      for (const { live, settings, restored } of this.records) {
        if (settings !== null) {
          await writeDatabaseSettings(this.connection, live, settings);
        }
        // of all databases before anything that is built on them
        await createStandIns(this.connection, live, restored);
      }
      for (const record of this.records) {
        await this.connectTables(record);
      }
      for (const { live, restored } of this.records) {
        await createObjectsIn(this.connection, live, restored);
      }
      for (const { live, grants } of this.records) {
        this.shortcomings.push(...(await grantAgain(this.connection, live, grants)));
      }
      for (const record of this.records) {
        await setUndoState(this.connection, record.undo, 'swapped');
      }
    } catch (error) {
      await new SwapBack(this.connection, this.records).undo();
      throw error;
    }
    for (const record of this.records) {
      await dropSchema(this.connection, record.staging);
    }
  }

  /** Nothing has moved: puts back what was cleared out of the way. */
  async abandon(): Promise<void> {
    for (const record of this.records) {
      const live = await readSchemaNames(this.connection, record.live);
      if (live.exists) {
        const missing = await this.missing(record, live.views);
        const triggers = missing.filter(({ kind }) => kind === 'TRIGGER');
        await createPossible(
          this.connection,
          record.live,
          missing.filter(({ kind }) => kind === 'VIEW'),
        );
        await createObjectsIn(this.connection, record.live, triggers);
      }
      await setUndoState(this.connection, record.undo, 'prepared');
      await dropEmptyLive(this.connection, record);
    }
  }

  private async renameTables(): Promise<void> {
    try {
      await renameAll(this.connection, this.records.flatMap(swapPairs));
    } catch (error) {
      // a statement may be reported as ended by somebody when it had done all its work
      if (!(await this.hasMoved())) {
        throw error;
      }
    }
  }

  /** Triggers cannot cross schemas, and a view may stand where a table is to go. */
  private async clearTheWay(): Promise<void> {
    await this.connection.query('SET SESSION foreign_key_checks=0');
    await dropTriggers(
      this.connection,
      this.records.map(({ live, moved }) => ({ schema: live, tables: moved })),
      this.records.flatMap(({ incoming }) => incoming.map(({ schema, table }) => quoteQualified(schema, table))),
    );
    for (const record of this.records) {
      await this.connection.query(`USE ${quoteName(record.live)}`);
      for (const { kind, definition } of record.replaced.filter((object) => isInTheWay(object, record))) {
        await dropObject(this.connection, kind, definition.name);
      }
    }
  }

  /** What {@link clearTheWay} had dropped: a table's triggers all or none, since their order matters. */
  private async missing(record: UndoRecord, views: readonly string[]): Promise<UndoRecord['replaced']> {
    const rows = await this.connection.query(
      'SELECT TRIGGER_NAME AS name FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?',
      [record.live],
    );
    const present = new Set(rows.map(({ name }) => String(name)));
    const triggers = record.replaced.filter(({ kind }) => kind === 'TRIGGER');
    const bare = new Set(
      triggers.filter(({ definition }) => !present.has(definition.name)).map(({ definition }) => definition.table),
    );
    return record.replaced.filter((object) =>
      object.kind === 'TRIGGER'
        ? bare.has(object.definition.table)
        : isInTheWay(object, record) && !views.includes(object.definition.name),
    );
  }

  /** Defaults and foreign keys that could not be made in staging; no foreign keys from what was put aside. */
  private async connectTables(record: UndoRecord): Promise<void> {
    await this.connection.query('SET SESSION foreign_key_checks=0');
    await this.connection.query(`USE ${quoteName(record.live)}`);
    for (const { table, statement, result } of record.lateStatements) {
      if (!(await readTableDefinition(this.connection, record.live, table)).includes(result)) {
        await changeDefinition(this.connection, statement);
      }
    }
    for (const key of record.incoming) {
      await putBackKey(this.connection, key);
    }
    for (const key of record.outgoing) {
      await removeKey(this.connection, record.undo, key);
    }
  }
}

function swapPairs(record: UndoRecord): string[] {
  return [
    ...record.moved.map((table) => renamePair(record.live, record.undo, table)),
    ...record.placed.map((table) => renamePair(record.staging, record.live, table)),
  ];
}

/** A view under the name of a table that is restored. */
function isInTheWay({ kind, definition }: UndoRecord['replaced'][number], record: UndoRecord): boolean {
  return kind === 'VIEW' && record.placed.includes(definition.name);
}
