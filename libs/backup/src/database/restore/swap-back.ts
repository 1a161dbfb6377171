import { writeDatabaseSettings } from '../database-settings.js';
import { dropObject } from '../create-objects.js';
import type { DefinedObject } from '../definitions.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteName } from '../sql.js';
import { putBackKey, readCrossingKeys } from './crossing-keys.js';
import { readSchemaNames } from './live-schema.js';
import { dropTriggers } from './live-tables.js';
import { undoBlocked, undoIncomplete, viewStaysBroken } from './restore.errors.js';
import { grantAgain, readRoutineGrants } from './routine-grants.js';
import {
  createLive,
  createObjectsIn,
  createPossible,
  discardScratch,
  dropEmptyLive,
  dropSchema,
  isBusy,
  renameAll,
  renamePair,
} from './swap-steps.js';
import { readSwapPosition } from './swap-position.js';
import { beginUndo, markStaging, setUndoState, type UndoRecord } from './undo-record.js';

/** Takes swaps back, for all databases of a restore at once. What was cut off may be done again. */
export class SwapBack {
  /** Views that were made before the tables changed places. */
  private readonly made = new Set<DefinedObject>();
  /** Whether any of the restored definitions may be gone. */
  private hasDropped = false;

  constructor(
    private readonly connection: ServerConnection,
    private readonly records: readonly UndoRecord[],
  ) {}

  /**
   * Takes a completed swap back for somebody who asks for it.
   *
   * @returns what could not be brought about, a line each
   * @throws BackupError `busy` when the live tables stay locked by others; the restored state then stays
   */
  async takeBack(): Promise<string[]> {
    const placed = new Map(this.records.map((record) => [record.live, new Set(record.placed)]));
    // what stays may have got new foreign keys and privileges since, and lost others
    const { incoming } = await readCrossingKeys(this.connection, placed);
    const records: UndoRecord[] = [];
    for (const record of this.records) {
      const grants = await readRoutineGrants(this.connection, record.live, [...record.replaced, ...record.restored]);
      records.push({ ...record, incoming: [...(incoming.get(record.live) ?? [])], grants: grants ?? [] });
    }
    const back = new SwapBack(this.connection, records);
    for (const record of records) {
      await beginUndo(this.connection, record);
    }
    try {
      await back.moveBack();
    } catch (error) {
      await back.stay();
      throw isBusy(error) ? undoBlocked(records[0].set, error.cause) : error;
    }
    return back.undo();
  }

  /** Takes a swap back, or goes on taking it back: the replaced tables and definitions return, the restored ones go. */
  async undo(): Promise<string[]> {
    for (const record of this.records) {
      await setUndoState(this.connection, record.undo, 'undoing');
    }
    await this.moveBack();
    const shortcomings: string[] = [];
    for (const record of this.records) {
      shortcomings.push(...(await this.defineReplaced(record)));
    }
    for (const record of this.records) {
      for (const key of [...record.incoming, ...record.outgoing]) {
        await putBackKey(this.connection, key);
      }
    }
    // asked once more: the undo schemas go next, with whatever is in them
    if ((await readSwapPosition(this.connection, this.records)) === 'restored are live') {
      throw undoIncomplete(this.records[0].undo);
    }
    for (const record of this.records) {
      await setUndoState(this.connection, record.undo, 'prepared');
    }
    for (const record of this.records) {
      await dropEmptyLive(this.connection, record);
    }
    await discardScratch(this.connection, this.records);
    return shortcomings;
  }

  /** @returns what could not be made or granted again, a line each */
  private async defineReplaced({ live, replaced, settingsBefore, madeLive, grants }: UndoRecord): Promise<string[]> {
    if (settingsBefore !== null && !madeLive) {
      await writeDatabaseSettings(this.connection, live, settingsBefore);
    }
    const views = replaced.filter(({ kind }) => kind === 'VIEW');
    await createPossible(
      this.connection,
      live,
      views.filter((view) => !this.made.has(view)),
    );
    await createObjectsIn(
      this.connection,
      live,
      replaced.filter(({ kind }) => kind !== 'VIEW'),
    );
    const refused = await grantAgain(this.connection, live, grants);
    const present = await readSchemaNames(this.connection, live);
    const broken = views.map(({ definition }) => definition.name).filter((name) => !present.views.includes(name));
    return [...broken.map(viewStaysBroken), ...refused];
  }

  /** Drops all that stands on the restored tables, and renames them and the replaced ones. */
  private async moveBack(): Promise<void> {
    if (await this.isBack()) {
      return;
    }
    const pairs: string[] = [];
    for (const record of this.records) {
      await createLive(this.connection, record);
      await this.connection.query(`CREATE DATABASE IF NOT EXISTS ${quoteName(record.staging)} CHARACTER SET utf8mb4`);
      await markStaging(this.connection, record.staging, record.operation);
      const { tables } = await readSchemaNames(this.connection, record.live);
      pairs.push(...undoPairs(record, tables));
    }
    await dropTriggers(
      this.connection,
      this.records.map(({ live, placed }) => ({ schema: live, tables: placed })),
      [],
      () => (this.hasDropped = true),
    );
    this.hasDropped = true;
    for (const record of this.records) {
      // a view can only be made while what it is built on is there, before or after the tables change places
      const views = record.replaced.filter(({ kind }) => kind === 'VIEW');
      for (const view of await createPossible(this.connection, record.live, views)) {
        this.made.add(view);
      }
      await this.dropRestored(record);
    }
    await renameAll(this.connection, pairs);
  }

  /** The tables could not be moved back: makes again what was dropped for it. */
  private async stay(): Promise<void> {
    if (!(await this.isBack())) {
      for (const record of this.records) {
        await createObjectsIn(this.connection, record.live, this.hasDropped ? record.restored : []);
        await grantAgain(this.connection, record.live, record.grants);
        await setUndoState(this.connection, record.undo, 'swapped');
        await dropSchema(this.connection, record.staging);
      }
    }
  }

  /** Drops what the restore made and nothing replaces, and what stands where a table is to return. */
  private async dropRestored({ live, replaced, restored, moved, placed }: UndoRecord): Promise<void> {
    const returning = new Set(replaced.map(({ kind, definition }) => `${kind} ${definition.name}`));
    const names = new Set([...moved, ...placed]);
    await this.connection.query(`USE ${quoteName(live)}`);
    for (const { kind, definition } of restored.toReversed()) {
      const isReplaced = returning.has(`${kind} ${definition.name}`);
      if (kind !== 'TRIGGER' && (!isReplaced || (kind === 'VIEW' && names.has(definition.name)))) {
        await dropObject(this.connection, kind, definition.name);
      }
    }
  }

  private async isBack(): Promise<boolean> {
    return (await readSwapPosition(this.connection, this.records)) === 'replaced are live';
  }
}

/** @param present live tables: the application may have dropped a restored one since */
function undoPairs(record: UndoRecord, present: readonly string[]): string[] {
  const placed = record.placed.filter((table) => present.includes(table));
  return [
    ...placed.map((table) => renamePair(record.live, record.staging, table)),
    ...record.moved.map((table) => renamePair(record.undo, record.live, table)),
  ];
}
