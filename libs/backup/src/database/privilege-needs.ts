import { Privileges, readsNamesLiterally } from './privileges.js';
import type { ServerConnection } from './server-connection.js';
import { quoteName } from './sql.js';

/** Where a privilege is needed. */
export type Scope =
  | { readonly kind: 'everything' }
  /** `family`: what the names of all such databases begin with, where a GRANT is best given for all of them. */
  | { readonly kind: 'database'; readonly database: string; readonly family?: string }
  | { readonly kind: 'table'; readonly database: string; readonly table: string };

/** Privileges that are needed somewhere. */
export interface Need {
  readonly privileges: readonly string[];
  readonly on: Scope;
}

/** The needs that an account does not have, with those of one place put together. */
export function unmetNeeds(privileges: Privileges, needs: readonly Need[]): Need[] {
  const unmet = new Map<string, Need>();
  for (const { privileges: needed, on } of needs) {
    const place = scopeText(on, privileges.areNamesLiteral);
    const missing = needed.filter((privilege) => !isHeld(privileges, privilege, on));
    const known = unmet.get(place)?.privileges ?? [];
    if (missing.length > 0) {
      unmet.set(place, { privileges: [...new Set([...known, ...missing])], on });
    }
  }
  return [...unmet.values()];
}

/** Statements that give an account what it lacks of some needs; all of them, where it is not known what that is. */
export async function missingGrants(connection: ServerConnection, needs: readonly Need[]): Promise<string> {
  const unmet = unmetNeeds(await Privileges.read(connection), needs);
  return grantStatements(connection, unmet.length > 0 ? unmet : needs);
}

/** Statements for whoever may grant, to be pasted; the last one is about roles that the account has to no effect. */
export async function grantStatements(connection: ServerConnection, needs: readonly Need[]): Promise<string> {
  const account = await currentAccount(connection);
  const areNamesLiteral = await readsNamesLiterally(connection);
  const statements = needs.map(
    ({ privileges, on }) => `GRANT ${privileges.join(', ')} ON ${scopeText(on, areNamesLiteral)} TO ${account};`,
  );
  const idle = await idleRoles(connection);
  const hint =
    idle.length > 0 ? ` (${idle.join(', ')}, which it has, is not active: SET DEFAULT ROLE makes it so)` : '';
  return `${statements.join(' ')}${hint}`;
}

/** The account that the server takes the session for, quoted as in GRANT. */
export async function currentAccount(connection: ServerConnection): Promise<string> {
  const [{ account }] = await connection.query('SELECT CURRENT_USER() AS account');
  const text = String(account);
  // a host holds no @, a user name may
  const at = text.lastIndexOf('@');
  return quoteAccount(text.slice(0, at), text.slice(at + 1));
}

/** @param host empty for a role */
export function quoteAccount(user: string, host: string): string {
  return host === '' ? quoteName(user) : `${quoteName(user)}@${quoteName(host)}`;
}

async function idleRoles(connection: ServerConnection): Promise<string[]> {
  const names = async (view: string): Promise<string[]> => {
    const rows = await connection.query(`SELECT ROLE_NAME AS name FROM information_schema.${view}`);
    return rows.flatMap((row) => (row.name === null ? [] : [String(row.name)]));
  };
  const active = await names('ENABLED_ROLES');
  const all = await names('APPLICABLE_ROLES');
  return [...new Set(all)].filter((role) => !active.includes(role)).map((role) => `role ${quoteName(role)}`);
}

function isHeld(privileges: Privileges, privilege: string, on: Scope): boolean {
  switch (on.kind) {
    case 'everything':
      return privileges.everywhere(privilege);
    case 'database':
      return privileges.onDatabase(privilege, on.database);
    case 'table':
      return privileges.onTable(privilege, on.database, on.table);
  }
}

/** @param areNamesLiteral whether no name of a database stands for others, so that only a GRANT on all covers a family */
function scopeText(on: Scope, areNamesLiteral: boolean): string {
  switch (on.kind) {
    case 'everything':
      return '*.*';
    case 'database':
      return areNamesLiteral ? literalScope(on) : `${quoteName(patternOf(on))}.*`;
    case 'table':
      return `${quoteName(on.database)}.${quoteName(on.table)}`;
  }
}

function literalScope({ database, family }: Extract<Scope, { kind: 'database' }>): string {
  return family === undefined ? `${quoteName(database)}.*` : '*.*';
}

/** `_` and `%` of a database's name would stand for others too. */
function patternOf({ database, family }: Extract<Scope, { kind: 'database' }>): string {
  const escaped = (family ?? database).replaceAll(/[_%]/g, '\\$&');
  return family === undefined ? escaped : `${escaped}%`;
}
