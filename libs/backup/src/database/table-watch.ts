import { tableChanged } from './database.errors.js';
import { withNextNumber } from './ddl/create-table.js';
import type { ServerConnection } from './server-connection.js';
import { readTableDefinition } from './table-definitions.js';
import { identityKey, readTableIdentities, type TableIdentities, type TableIdentity } from './table-identities.js';

/** A table of the dump, as it was described. */
export interface WatchedTable {
  readonly database: string;
  readonly name: string;
  readonly ddl: string;
}

/**
 * Notices that a table was changed or replaced between its description and the end of reading its rows. InnoDB itself
 * refuses to read a table that was made anew in the meantime, but not one that has changed places with another, has lost
 * a partition, or whose columns have changed names.
 *
 * @see https://dev.mysql.com/doc/refman/9.7/en/innodb-consistent-read.html
 */
export class TableWatch {
  private readonly nextNumbers = new Map<string, string | null>();
  private readonly highestNumbers: Map<string, bigint>;

  private constructor(
    private readonly connection: ServerConnection,
    private readonly databases: readonly string[],
    private readonly described: TableIdentities,
  ) {
    this.highestNumbers = new Map(
      [...described].map(([key, { nextNumber }]) => [key, BigInt(nextNumber ?? 0)] as const),
    );
  }

  /** To be called before the tables are described. */
  static async start(connection: ServerConnection, databases: readonly string[]): Promise<TableWatch> {
    const described = await readTableIdentities(connection, databases);
    return new TableWatch(connection, databases, described);
  }

  /** Whether nothing would show that the table is replaced: the snapshot has to hold it. */
  mustHold(database: string, table: string): boolean {
    return this.described.get(identityKey(database, table))?.shownBy === 'nothing';
  }

  /**
   * Whether all tables, and no others, stand as they were described.
   *
   * @param listed all that were found: while tables change places some are in no list
   */
  async isUnchanged(tables: readonly WatchedTable[], listed: ReadonlySet<string>): Promise<boolean> {
    const now = await this.identities();
    const areSame = [this.described, listed].every(
      (names) => names.size === now.size && [...now.keys()].every((key) => names.has(key)),
    );
    return areSame && (await this.firstChanged(tables, now)) === null;
  }

  /** @throws BackupError `table_changed` naming the first of these tables that is not what was described */
  async confirm(tables: readonly WatchedTable[]): Promise<void> {
    const now = await this.identities();
    const changed = await this.firstChanged(tables, now);
    if (changed !== null) {
      throw tableChanged(changed.database, changed.name, null);
    }
    for (const { database, name } of tables) {
      const key = identityKey(database, name);
      const nextNumber = now.get(key)?.nextNumber ?? null;
      if (nextNumber !== this.described.get(key)?.nextNumber) {
        this.nextNumbers.set(key, nextNumber);
      }
    }
  }

  /** A table's definition, its AUTO_INCREMENT not behind the rows that have come since. */
  definition({ database, name, ddl }: WatchedTable): string {
    const nextNumber = this.nextNumbers.get(identityKey(database, name));
    return nextNumber === undefined ? ddl : withNextNumber(ddl, nextNumber);
  }

  private async firstChanged(tables: readonly WatchedTable[], now: TableIdentities): Promise<WatchedTable | null> {
    for (const table of tables) {
      const key = identityKey(table.database, table.name);
      const before = this.described.get(key);
      const after = now.get(key);
      const isSame = before !== undefined && before.mark === after?.mark && !this.wasEmptied(key, after);
      if (!isSame || (before.shownBy === 'mark and definition' && !(await this.isDefinedAs(table)))) {
        return table;
      }
    }
    return null;
  }

  /** TRUNCATE leaves a table's time as it was: without InnoDB's ids only the counter tells, which starts again. */
  private wasEmptied(key: string, { nextNumber, isEmptiedByNumber }: TableIdentity): boolean {
    const number = BigInt(nextNumber ?? 0);
    const highest = this.highestNumbers.get(key) ?? 0n;
    this.highestNumbers.set(key, number > highest ? number : highest);
    return isEmptiedByNumber && number < highest;
  }

  private identities(): Promise<TableIdentities> {
    return readTableIdentities(this.connection, this.databases);
  }

  private async isDefinedAs({ database, name, ddl }: WatchedTable): Promise<boolean> {
    // a table that is gone by now
    const now = await readTableDefinition(this.connection, database, name).catch(() => '');
    return withoutNextNumber(now) === withoutNextNumber(ddl);
  }
}

function withoutNextNumber(ddl: string): string {
  return ddl === '' ? ddl : withNextNumber(ddl, null);
}
