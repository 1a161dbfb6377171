import type { ServerConnection } from './server-connection.js';

/** One line of SHOW GRANTS. */
interface Grant {
  /** A MySQL account may be denied in one database what it is granted everywhere. */
  readonly isRevoke: boolean;
  readonly privileges: ReadonlySet<string>;
  /** `*` for all, or a pattern with `%` and `_`. */
  readonly database: string;
  /** `*` for all. */
  readonly table: string;
}

const GRANT = /^(GRANT|REVOKE) (.+?) ON (?:TABLE )?(\*|`(?:[^`]|``)+`)\.(\*|`(?:[^`]|``)+`) (?:TO|FROM) /i;

/**
 * What the current account may do, as SHOW GRANTS tells it, with its active roles.
 *
 * @see https://mariadb.com/kb/en/show-grants/
 * @see https://dev.mysql.com/doc/refman/9.7/en/partial-revokes.html
 */
export class Privileges {
  private constructor(
    private readonly grants: readonly Grant[],
    /** Whether `%` and `_` in the name of a database stand for themselves. */
    readonly areNamesLiteral: boolean,
  ) {}

  static async read(connection: ServerConnection): Promise<Privileges> {
    const rows = await connection.query('SHOW GRANTS');
    return Privileges.parse(
      rows.map((row) => String(Object.values(row)[0])),
      await readsNamesLiterally(connection),
    );
  }

  static parse(lines: readonly string[], areNamesLiteral = false): Privileges {
    return new Privileges(lines.flatMap(parseGrant), areNamesLiteral);
  }

  everywhere(privilege: string): boolean {
    return this.some(privilege, (grant) => grant.database === '*' && grant.table === '*');
  }

  onDatabase(privilege: string, database: string): boolean {
    return this.onTable(privilege, database, null);
  }

  /** @param table null: on all of the database */
  onTable(privilege: string, database: string, table: string | null): boolean {
    const isRevoked = this.grants.some(
      (grant) => grant.isRevoke && grant.database === database && grant.privileges.has(privilege),
    );
    return this.some(
      privilege,
      (grant) =>
        (grant.database === '*' ? !isRevoked : this.covers(grant.database, database)) &&
        (grant.table === '*' || grant.table === table),
    );
  }

  private some(privilege: string, applies: (grant: Grant) => boolean): boolean {
    return this.grants.some(
      (grant) =>
        !grant.isRevoke &&
        applies(grant) &&
        (grant.privileges.has(privilege) || (privilege !== 'GRANT OPTION' && grant.privileges.has('ALL PRIVILEGES'))),
    );
  }

  private covers(pattern: string, database: string): boolean {
    return this.areNamesLiteral ? pattern === database : covers(pattern, database);
  }
}

/** Whether the server takes `%`, `_` and backslashes in the databases of grants for what they are. */
export async function readsNamesLiterally(connection: ServerConnection): Promise<boolean> {
  const rows = await connection.query("SHOW VARIABLES LIKE 'partial_revokes'");
  return rows.some(({ Value }) => Value === 'ON');
}

function parseGrant(line: string): Grant[] {
  const match = GRANT.exec(line);
  if (match === null) {
    return [];
  }
  // a privilege on columns is none on the table
  const privileges = match[2].replace(/\((?:[^`)]|`(?:[^`]|``)*`)*\)/g, '(columns)').split(',');
  return [
    {
      isRevoke: match[1].toUpperCase() === 'REVOKE',
      privileges: new Set([
        ...privileges.map((privilege) => privilege.trim().toUpperCase()),
        ...(/ WITH GRANT OPTION$/i.test(line) ? ['GRANT OPTION'] : []),
      ]),
      database: unquote(match[3]),
      table: unquote(match[4]),
    },
  ];
}

function unquote(name: string): string {
  return name === '*' ? name : name.slice(1, -1).replaceAll('``', '`');
}

/** Whether a grant's database, in which `%` and `_` are wildcards unless escaped, covers a name. */
function covers(pattern: string, database: string): boolean {
  if (pattern === '*') {
    return true;
  }
  const expression = pattern.replace(/\\([%_])|([%_])|([^A-Za-z0-9_%\\])|\\/g, (_found, escaped, wildcard, other) => {
    if (typeof escaped === 'string') {
      return escaped;
    }
    if (typeof wildcard === 'string') {
      return wildcard === '%' ? '.*' : '.';
    }
    return typeof other === 'string' ? `\\u{${(other.codePointAt(0) ?? 0).toString(16)}}` : '\\\\';
  });
  return new RegExp(`^${expression}$`, 'su').test(database);
}
