import { standingRoutines } from '../create-objects.js';
import { isRoutine } from '../definitions.js';
import { missingGrants } from '../privilege-needs.js';
import { Privileges } from '../privileges.js';
import type { ServerConnection } from '../server-connection.js';
import { grantIsLost, grantsNotSeen, readOnlyIsNotRestored } from './restore.errors.js';
import type { RestoreTarget } from './restore-targets.js';
import { grantStatement, mayGrant, readRoutineGrants, readRoutineKeys, routineKey } from './routine-grants.js';

/** What a restore cannot keep or bring back, although nothing stands in its way: a line each. */
export async function restoreNotices(
  connection: ServerConnection,
  targets: readonly RestoreTarget[],
): Promise<string[]> {
  const notices: string[] = [];
  for (const target of targets) {
    notices.push(...(await grantNotices(connection, target)));
    if (target.isWhole && target.source.readOnly === true) {
      notices.push(readOnlyIsNotRestored(target.live));
    }
  }
  return notices;
}

/** Of routines that MySQL can only drop and make again: those that differ from the backup's. */
async function grantNotices(connection: ServerConnection, { live, objects }: RestoreTarget): Promise<string[]> {
  if (connection.server.flavour === 'mariadb') {
    return [];
  }
  const present = await readRoutineKeys(connection, live);
  const routines = objects
    .filter(isRoutine)
    .filter(({ kind, definition }) => present.has(routineKey(kind, definition.name)));
  const standing = await standingRoutines(connection, live, routines);
  const remade = routines.filter((object) => !standing.has(object));
  const grants = await readRoutineGrants(connection, live, remade);
  if (grants === null) {
    const need = { privileges: ['SELECT'], on: { kind: 'table', database: 'mysql', table: 'procs_priv' } } as const;
    const names = remade.map(({ kind, definition }) => `${kind.toLowerCase()} ${definition.name}`);
    return [grantsNotSeen(live, names, await missingGrants(connection, [need]))];
  }
  const privileges = grants.length === 0 ? null : await Privileges.read(connection);
  return grants
    .filter((grant) => privileges !== null && !mayGrant(privileges, live, grant))
    .map((grant) => grantIsLost(grantStatement(live, grant)));
}
