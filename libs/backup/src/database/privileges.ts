import type { ServerConnection } from './server-connection.js';

/** One line of SHOW GRANTS. */
interface Grant {
  readonly privileges: ReadonlySet<string>;
  /** `*` for all, or a pattern with `%` and `_`. */
  readonly database: string;
  /** `*` for all. */
  readonly table: string;
}

const GRANT =
  /^GRANT (.+?) ON (?:(?:TABLE|PROCEDURE|FUNCTION|PACKAGE(?: BODY)?) )?(\*|`(?:[^`]|``)+`)\.(\*|`(?:[^`]|``)+`) TO /i;

/**
 * What the current account may do, as SHOW GRANTS tells it.
 *
 * @see https://mariadb.com/kb/en/show-grants/
 */
export class Privileges {
  private constructor(private readonly grants: readonly Grant[]) {}

  static async read(connection: ServerConnection): Promise<Privileges> {
    const rows = await connection.query('SHOW GRANTS');
    return Privileges.parse(rows.map((row) => String(Object.values(row)[0])));
  }

  static parse(lines: readonly string[]): Privileges {
    return new Privileges(lines.flatMap(parseGrant));
  }

  everywhere(privilege: string): boolean {
    return this.some(privilege, (grant) => grant.database === '*' && grant.table === '*');
  }

  onDatabase(privilege: string, database: string): boolean {
    return this.some(privilege, (grant) => grant.table === '*' && covers(grant.database, database));
  }

  onTable(privilege: string, database: string, table: string): boolean {
    return this.some(
      privilege,
      (grant) => covers(grant.database, database) && (grant.table === '*' || grant.table === table),
    );
  }

  private some(privilege: string, applies: (grant: Grant) => boolean): boolean {
    return this.grants.some(
      (grant) => applies(grant) && (grant.privileges.has(privilege) || grant.privileges.has('ALL PRIVILEGES')),
    );
  }
}

function parseGrant(line: string): Grant[] {
  const match = GRANT.exec(line);
  if (match === null) {
    return [];
  }
  // a privilege on columns is none on the table
  const privileges = match[1].replace(/\([^)]*\)/g, '(columns)').split(',');
  return [
    {
      privileges: new Set(privileges.map((privilege) => privilege.trim().toUpperCase())),
      database: unquote(match[2]),
      table: unquote(match[3]),
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
