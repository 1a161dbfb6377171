import { objectsHidden } from './database.errors.js';
import { grantStatements, unmetNeeds, type Need, type Scope } from './privilege-needs.js';
import type { Privileges } from './privileges.js';
import type { OnUnreadable } from './schema-reader.js';
import type { TableFilter } from './selection/table-selection.js';
import type { ServerConnection } from './server-connection.js';
import type { ServerInfo } from './server-info.js';

/** Something that stays out of the server's lists without a privilege. */
interface HideableObjects {
  readonly what: string;
  readonly need: Need;
}

/**
 * What an account may not see is not in the server's lists at all: it would be missing without a word.
 *
 * @param tables the tables, sequences and views that it does see, and that belong to the backup
 */
export async function reportHiddenObjects(
  connection: ServerConnection,
  database: string,
  tables: readonly string[],
  filter: TableFilter,
  privileges: Privileges,
  onUnreadable: OnUnreadable,
): Promise<void> {
  const hidden = hideableObjects(database, tables, filter, connection.server, privileges).filter(
    ({ need }) => unmetNeeds(privileges, [need]).length > 0,
  );
  if (hidden.length > 0) {
    const needs = unmetNeeds(
      privileges,
      hidden.map(({ need }) => need),
    );
    const what = [...new Set(hidden.map((each) => each.what))].join(', ');
    onUnreadable(objectsHidden(what, database, await grantStatements(connection, needs)));
  }
}

function hideableObjects(
  database: string,
  tables: readonly string[],
  filter: TableFilter,
  server: ServerInfo,
  privileges: Privileges,
): HideableObjects[] {
  const everywhere: Scope = { kind: 'database', database };
  // with chosen tables alone, what else there is does not matter
  const scopes = filter.needsAllNames
    ? [everywhere]
    : tables.map((table): Scope => ({ kind: 'table', database, table }));
  const named = scopes.flatMap((on) => [
    { what: filter.needsAllNames ? 'other tables' : 'rows', need: { privileges: ['SELECT'], on } },
    { what: 'triggers', need: { privileges: ['TRIGGER'], on } },
  ]);
  if (!filter.holdsRoutines) {
    return named;
  }
  return [
    ...named,
    { what: 'events', need: { privileges: ['EVENT'], on: everywhere } },
    ...(seesRoutines(privileges, database, server)
      ? []
      : [{ what: 'procedures and functions', need: routineNeed(server) }]),
  ];
}

/** Whoever may use a database's routines sees their names; a body that stays hidden is noticed when it is read. */
function seesRoutines(privileges: Privileges, database: string, { flavour }: ServerInfo): boolean {
  const isListed = ['EXECUTE', 'ALTER ROUTINE', 'CREATE ROUTINE'].some((each) => privileges.onDatabase(each, database));
  return (
    isListed ||
    (flavour === 'mariadb'
      ? privileges.onTable('SELECT', 'mysql', 'proc') || privileges.onDatabase('SHOW CREATE ROUTINE', database)
      : privileges.everywhere('SHOW_ROUTINE') || privileges.everywhere('SELECT'))
  );
}

/** What shows the routines of other accounts. */
export function routineNeed({ flavour }: ServerInfo): Need {
  return flavour === 'mariadb'
    ? { privileges: ['SELECT'], on: { kind: 'table', database: 'mysql', table: 'proc' } }
    : { privileges: ['SHOW_ROUTINE'], on: { kind: 'everything' } };
}
