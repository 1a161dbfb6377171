import { z } from 'zod';
import { BackupError } from '../../errors/backup.error.js';
import { isRoutine, type DefinedObject } from '../definitions.js';
import { quoteAccount } from '../privilege-needs.js';
import type { Privileges } from '../privileges.js';
import type { ServerConnection } from '../server-connection.js';
import { quoteQualified } from '../sql.js';
import { grantIsLost } from './restore.errors.js';

export const routineGrantSchema = z.strictObject({
  kind: z.enum(['PROCEDURE', 'FUNCTION']),
  name: z.string(),
  user: z.string(),
  host: z.string(),
  privileges: z.array(z.string()),
});

/** What an account may do with one routine, granted for that alone. */
export type RoutineGrant = Readonly<z.infer<typeof routineGrantSchema>>;

/** The words of mysql.procs_priv, as GRANT has them. */
const PRIVILEGES: ReadonlyMap<string, string> = new Map([
  ['Execute', 'EXECUTE'],
  ['Alter Routine', 'ALTER ROUTINE'],
  ['Grant', 'GRANT OPTION'],
]);

/**
 * The privileges that MySQL takes away when it drops some of a schema's routines; MariaDB replaces them in one step. Null:
 * this account may not know.
 *
 * @see https://dev.mysql.com/doc/refman/9.7/en/grant-tables.html
 */
export async function readRoutineGrants(
  connection: ServerConnection,
  schema: string,
  objects: readonly DefinedObject[],
): Promise<RoutineGrant[] | null> {
  const routines = new Set(objects.filter(isRoutine).map(({ kind, definition }) => routineKey(kind, definition.name)));
  if (connection.server.flavour === 'mariadb' || routines.size === 0) {
    return [];
  }
  const all = await readGrants(connection, schema);
  return all?.filter(({ kind, name }) => routines.has(routineKey(kind, name))) ?? null;
}

/** Whether an account has what it takes to grant that in a schema. */
export function mayGrant(privileges: Privileges, schema: string, grant: RoutineGrant): boolean {
  return ['GRANT OPTION', ...grant.privileges].every((privilege) => privileges.onDatabase(privilege, schema));
}

/**
 * Grants what went with routines that were dropped and made again.
 *
 * @returns a line for each that the server refused
 */
export async function grantAgain(
  connection: ServerConnection,
  schema: string,
  grants: readonly RoutineGrant[],
): Promise<string[]> {
  if (grants.length === 0) {
    return [];
  }
  const present = await readRoutineKeys(connection, schema);
  const held = new Set((await readGrants(connection, schema))?.map((grant) => grantStatement(schema, grant)));
  const lost = grants
    .filter(({ kind, name }) => present.has(routineKey(kind, name)))
    .map((grant) => grantStatement(schema, grant))
    .filter((statement) => !held.has(statement));
  const refused: string[] = [];
  for (const statement of lost) {
    try {
      await connection.query(statement);
    } catch (error) {
      if (!(error instanceof BackupError)) {
        throw error;
      }
      refused.push(grantIsLost(statement));
    }
  }
  return refused;
}

/** ``GRANT EXECUTE ON PROCEDURE `shop`.`pay` TO `clerk`@`%` ``. */
export function grantStatement(schema: string, { kind, name, user, host, privileges }: RoutineGrant): string {
  return `GRANT ${privileges.join(', ')} ON ${kind} ${quoteQualified(schema, name)} TO ${quoteAccount(user, host)}`;
}

/** Of all routines of a schema. */
async function readGrants(connection: ServerConnection, schema: string): Promise<RoutineGrant[] | null> {
  try {
    const rows = await connection.query(
      'SELECT User AS user, Host AS host, Routine_name AS name, Routine_type AS kind, Proc_priv AS held FROM mysql.procs_priv WHERE Db = ?',
      [schema],
    );
    return rows.map(({ user, host, name, kind, held }) => ({
      kind: kind === 'FUNCTION' ? 'FUNCTION' : 'PROCEDURE',
      name: String(name),
      user: String(user),
      host: String(host),
      privileges: String(held)
        .split(',')
        .flatMap((word) => PRIVILEGES.get(word) ?? []),
    }));
  } catch (error) {
    if (error instanceof BackupError && error.code === 'missing_privilege') {
      return null;
    }
    throw error;
  }
}

/** The routines of a schema, by {@link routineKey}. */
export async function readRoutineKeys(connection: ServerConnection, schema: string): Promise<ReadonlySet<string>> {
  const rows = await connection.query(
    'SELECT ROUTINE_NAME AS name, ROUTINE_TYPE AS kind FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?',
    [schema],
  );
  return new Set(rows.map(({ kind, name }) => routineKey(String(kind), String(name))));
}

/** Names of routines are the same in any case. */
export function routineKey(kind: string, name: string): string {
  return `${kind} ${name.toLowerCase()}`;
}
