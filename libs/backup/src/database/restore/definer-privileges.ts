import { randomBytes } from 'node:crypto';
import { BackupError } from '../../errors/backup.error.js';
import { definerOf, type Definer } from '../ddl/definer.js';
import { definitionText } from '../definition-text.js';
import type { DefinedObject } from '../definitions.js';
import { currentAccount, quoteAccount, type Need, type Scope } from '../privilege-needs.js';
import type { Privileges } from '../privileges.js';
import type { ServerConnection } from '../server-connection.js';
import type { ServerInfo } from '../server-info.js';
import { quoteQualified } from '../sql.js';

/** What MySQL asks for on top, as the definer demands: whether that is so, it tells only those who try. */
const AS_THE_DEFINER_DEMANDS = ['ALLOW_NONEXISTENT_DEFINER', 'SYSTEM_USER'] as const;
/** `Access denied; you need (at least one of) the SUPER or SET_ANY_DEFINER privilege(s) for this operation` */
const NEEDED_PRIVILEGE = /the (?:SUPER or )?(\w+) privilege/;

/** The accounts other than the session's own that objects belong to. */
export async function definersOfOthers(
  connection: ServerConnection,
  objects: readonly DefinedObject[],
): Promise<Definer[]> {
  const definers = objects.flatMap(({ definition }) => definerOf(definitionText(definition)) ?? []);
  const byName = new Map(definers.map((definer) => [quoteAccount(definer.user, definer.host), definer]));
  byName.delete(await currentAccount(connection));
  return [...byName.values()];
}

/**
 * What it takes to make objects that belong to other accounts, as far as that is known beforehand.
 *
 * @param scratch where {@link refusedDefiners} will try it
 * @see https://dev.mysql.com/doc/refman/9.7/en/stored-objects-security.html
 */
export function definerNeeds(server: ServerInfo, privileges: Privileges, scratch: readonly Scope[]): Need[] {
  // SUPER stands for it
  const needs: Need[] = privileges.everywhere('SUPER')
    ? []
    : [{ privileges: [definerPrivilege(server)], on: { kind: 'everything' } }];
  return mayNeedMore(server, privileges)
    ? [...needs, ...scratch.map((on): Need => ({ privileges: ['CREATE VIEW', 'DROP'], on }))]
    : needs;
}

/** Whether only the server knows if the account may make objects of everybody. */
export function mayNeedMore({ flavour }: ServerInfo, privileges: Privileges): boolean {
  return flavour === 'mysql' && !AS_THE_DEFINER_DEMANDS.every((privilege) => privileges.everywhere(privilege));
}

/**
 * Makes a view of each definer in a schema, and drops it again.
 *
 * @returns privileges that the account lacks for any of them
 */
export async function refusedDefiners(
  connection: ServerConnection,
  schema: string,
  definers: readonly Definer[],
): Promise<Need[]> {
  const view = quoteQualified(schema, `_backup_definer_${randomBytes(4).toString('hex')}`);
  const missing = new Set<string>();
  for (const { user, host } of definers) {
    try {
      await connection.query(`CREATE DEFINER=${quoteAccount(user, host)} VIEW ${view} AS SELECT 1 AS probe`);
      await connection.query(`DROP VIEW ${view}`);
    } catch (error) {
      missing.add(neededPrivilege(error));
    }
  }
  return [...missing].map((privilege) => ({ privileges: [privilege], on: { kind: 'everything' } }));
}

function definerPrivilege({ flavour, major, minor }: ServerInfo): string {
  if (flavour === 'mariadb') {
    return 'SET USER';
  }
  if (major < 8) {
    return 'SUPER';
  }
  return major === 8 && minor < 2 ? 'SET_USER_ID' : 'SET_ANY_DEFINER';
}

function neededPrivilege(error: unknown): string {
  const named =
    error instanceof BackupError && error.code === 'missing_privilege' ? NEEDED_PRIVILEGE.exec(error.message) : null;
  if (named === null) {
    throw error;
  }
  return named[1];
}
