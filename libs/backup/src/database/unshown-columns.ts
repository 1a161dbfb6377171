import type { TableRecord, UnshownColumn } from '../backup-set/manifest.js';
import { BackupError } from '../errors/backup.error.js';
import { readMembers } from './column-members.js';
import { canHoldAnyCharacter, isShape } from './columns.js';
import { defaultUnknown, membersUnknown } from './database.errors.js';
import { textOf, tokenize } from './ddl/ddl-tokenizer.js';
import { missingGrants, type Need } from './privilege-needs.js';
import type { OnUnreadable } from './schema-reader.js';
import type { ServerInfo } from './server-info.js';
import type { Row, ServerConnection } from './server-connection.js';
import { quoteName, quoteQualified } from './sql.js';

/** What the server shows for every character beyond the Basic Multilingual Plane. */
const LOST = '?';

/**
 * What SHOW CREATE TABLE leaves out or shows wrongly, by table: on any server characters beyond the Basic Multilingual Plane
 * in ENUM and SET members, on MariaDB those of literal defaults and REF_SYSTEM_ID of shapes too. Comments lost such
 * characters when they were made.
 *
 * @see https://mariadb.com/kb/en/information-schema-geometry_columns-table/
 */
export class UnshownColumnsReader {
  constructor(
    private readonly connection: ServerConnection,
    private readonly onUnreadable: OnUnreadable,
  ) {}

  /** Of some tables. */
  async read(database: string, tables: readonly string[]): Promise<Map<string, UnshownColumn[]>> {
    if (tables.length === 0) {
      return new Map();
    }
    const shapes = this.isMariadb ? await this.shapes(database, tables) : [];
    const found = [...shapes, ...(await this.texts(database, tables))];
    return new Map(
      [...Map.groupBy(found, ({ table }) => table)].map(([table, columns]) => [
        table,
        columns.map(({ column }) => column).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      ]),
    );
  }

  private get isMariadb(): boolean {
    return this.connection.server.flavour === 'mariadb';
  }

  private async shapes(database: string, tables: readonly string[]): Promise<FoundColumn[]> {
    const rows = await this.connection.query(
      'SELECT G_TABLE_NAME AS tableName, G_GEOMETRY_COLUMN AS name, SRID AS srid FROM information_schema.GEOMETRY_COLUMNS WHERE G_TABLE_SCHEMA = ? AND G_TABLE_NAME IN (?) AND SRID <> 0',
      [database, tables],
    );
    return rows.map((row) => ({
      table: String(row.tableName),
      column: { name: String(row.name), referenceSystem: Number(row.srid) },
    }));
  }

  private async texts(database: string, tables: readonly string[]): Promise<FoundColumn[]> {
    const rows = await this.connection.query(
      `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, COLUMN_TYPE AS type, COLUMN_DEFAULT AS defaultText, CHARACTER_SET_NAME AS characterSet
         FROM information_schema.COLUMNS
        WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?) AND (LOCATE(?, COLUMN_TYPE) > 0 OR LOCATE(?, COLUMN_DEFAULT) > 0)`,
      [database, tables, LOST, LOST],
    );
    const found: FoundColumn[] = [];
    for (const row of rows.filter(({ characterSet }) => canHoldAnyCharacter(String(characterSet)))) {
      const column = await this.text(database, row);
      if (column !== null) {
        found.push({ table: String(row.tableName), column });
      }
    }
    return found;
  }

  /** Null when the column is as it is shown. */
  private async text(database: string, row: Row): Promise<UnshownColumn | null> {
    const name = String(row.name);
    const shownMembers = stringsOf(String(row.type));
    // MySQL shows such a default in hexadecimal
    const isDefaultShown = !this.isMariadb || !isLiteral(row.defaultText);
    const [shownDefault = null] = isDefaultShown ? [] : stringsOf(String(row.defaultText));
    const members = shownMembers.some(hasLost) ? await this.members(database, row, shownMembers) : shownMembers;
    const value =
      shownDefault === null || !hasLost(shownDefault)
        ? shownDefault
        : members.length > 0
          ? chosenMembers(shownDefault, shownMembers, members)
          : await this.defaultValue(database, row, shownDefault);
    const areMembersShown = members.every((member, index) => member === shownMembers[index]);
    return areMembersShown && value === shownDefault
      ? null
      : {
          name,
          ...(areMembersShown ? {} : { members: [...members] }),
          ...(value === null || value === shownDefault ? {} : { default: value }),
        };
  }

  private async members(database: string, { tableName, name, type }: Row, shown: string[]): Promise<string[]> {
    const [table, column] = [String(tableName), String(name)];
    const kind = /^set\(/i.test(String(type)) ? 'set' : 'enum';
    try {
      return await readMembers(this.connection, { database, table, name: column, kind, count: shown.length });
    } catch (error) {
      if (!(error instanceof BackupError) || error.code !== 'missing_privilege') {
        throw error;
      }
      const need: Need = { privileges: ['CREATE TEMPORARY TABLES'], on: { kind: 'database', database } };
      this.onUnreadable(membersUnknown(database, table, column, await missingGrants(this.connection, [need])));
      return shown;
    }
  }

  /** Of a column that may not be NULL the server tells a default only beside a row. */
  private async defaultValue(database: string, { tableName, name }: Row, shown: string): Promise<string> {
    const table = String(tableName);
    const value = `SELECT HEX(CONVERT(DEFAULT(${quoteName(String(name))}) USING utf8mb4)) AS hex FROM`;
    for (const source of [
      `(SELECT 1) AS one LEFT JOIN ${quoteQualified(database, table)} ON FALSE`,
      `${quoteQualified(database, table)} LIMIT 1`,
    ]) {
      const hex = (await this.connection.query(`${value} ${source}`)).at(0)?.hex ?? null;
      if (hex !== null) {
        return Buffer.from(String(hex), 'hex').toString();
      }
    }
    this.onUnreadable(defaultUnknown(database, table, String(name)));
    return shown;
  }
}

/** What a statement for a server has to be completed with: REF_SYSTEM_ID is MariaDB's. */
export function unshownOn(flavour: ServerInfo['flavour'], unshown: readonly UnshownColumn[] = []): UnshownColumn[] {
  return unshown.map(({ referenceSystem, ...text }) =>
    flavour === 'mariadb' && referenceSystem !== undefined ? { ...text, referenceSystem } : text,
  );
}

/** Whether a table's columns are what is recorded of them beyond their statement. */
export async function isUnshownProven(
  connection: ServerConnection,
  database: string,
  { name, columns, unshown = [] }: Pick<TableRecord, 'name' | 'columns' | 'unshown'>,
): Promise<boolean> {
  if (unshown.length === 0 && !columns.some(({ type }) => isShape(type))) {
    return true;
  }
  const reader = new UnshownColumnsReader(connection, () => undefined);
  const found = (await reader.read(database, [name])).get(name) ?? [];
  const expected = unshown.flatMap((column) => toldBy(connection.server, column));
  return JSON.stringify(found) === JSON.stringify(expected);
}

/** What a server can be asked for of what is recorded: MySQL shows defaults, and reference systems. */
function toldBy({ flavour }: ServerInfo, { name, members, ...rest }: UnshownColumn): UnshownColumn[] {
  if (flavour === 'mariadb') {
    return [{ name, members, ...rest }];
  }
  return members === undefined ? [] : [{ name, members }];
}

interface FoundColumn {
  readonly table: string;
  readonly column: UnshownColumn;
}

function stringsOf(text: string): string[] {
  return tokenize(text).flatMap((token) => (token.kind === 'string' ? [textOf(token)] : []));
}

function isLiteral(text: Row[string]): boolean {
  const tokens = text === null ? [] : tokenize(String(text));
  return tokens.length === 1 && tokens[0].kind === 'string';
}

function hasLost(text: string): boolean {
  return text.includes(LOST);
}

/** The default of an ENUM or SET: no two members are shown alike, the server sees to that. */
function chosenMembers(shown: string, shownMembers: readonly string[], members: readonly string[]): string {
  const whole = shownMembers.indexOf(shown);
  return whole === -1
    ? shown
        .split(',')
        .map((part) => members[shownMembers.indexOf(part)])
        .join(',')
    : members[whole];
}
