import { definitionsHidden } from './database.errors.js';
import { Privileges } from './privileges.js';
import type { OnUnreadable } from './schema-reader.js';
import type { ServerConnection } from './server-connection.js';
import { readServerInfo } from './server-info.js';

/** What an account may not see is not in the server's lists at all: it would be missing without a word. */
export async function reportHiddenObjects(
  connection: ServerConnection,
  database: string,
  onUnreadable: OnUnreadable,
): Promise<void> {
  const privileges = await Privileges.read(connection);
  if (!privileges.onDatabase('SELECT', database)) {
    onUnreadable(definitionsHidden('other tables', database, `SELECT on \`${database}\`.*`));
  }
  for (const privilege of ['TRIGGER', 'EVENT'] as const) {
    if (!privileges.onDatabase(privilege, database)) {
      onUnreadable(definitionsHidden(`${privilege.toLowerCase()}s`, database, `${privilege} on \`${database}\`.*`));
    }
  }
  const { flavour } = await readServerInfo(connection);
  // whoever may use a database's routines sees their names; a body that stays hidden is noticed when it is read
  const isListed = ['EXECUTE', 'ALTER ROUTINE', 'CREATE ROUTINE'].some((each) => privileges.onDatabase(each, database));
  const seesRoutines =
    isListed ||
    (flavour === 'mariadb'
      ? privileges.onTable('SELECT', 'mysql', 'proc') || privileges.onDatabase('SHOW CREATE ROUTINE', database)
      : privileges.everywhere('SHOW_ROUTINE') || privileges.everywhere('SELECT'));
  if (!seesRoutines) {
    const grant = flavour === 'mariadb' ? 'SELECT on `mysql`.`proc`' : 'SHOW_ROUTINE on *.*';
    onUnreadable(definitionsHidden('procedures and functions', database, grant));
  }
}
