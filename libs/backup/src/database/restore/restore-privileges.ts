import { definerOf, type Definer } from '../ddl/definer.js';
import { tokenize } from '../ddl/ddl-tokenizer.js';
import { keyClauses } from '../ddl/create-table.js';
import { definitionText } from '../definition-text.js';
import type { DefinitionKind } from '../definitions.js';
import {
  quoteAccount,
  currentAccount,
  grantStatements,
  literalPattern,
  unmetNeeds,
  type Need,
  type Scope,
} from '../privilege-needs.js';
import type { Privileges } from '../privileges.js';
import type { ServerConnection } from '../server-connection.js';
import type { ServerInfo } from '../server-info.js';
import { privilegesMissing, programsNotTrusted } from './restore.errors.js';
import type { RestoreTarget } from './restore-targets.js';

/**
 * Finds out whether the account may do all that a restore will, so that it does not stop on the way.
 *
 * @throws BackupError `missing_privilege` with the statements that grant what is missing
 */
export async function checkRestorePrivileges(
  connection: ServerConnection,
  set: string,
  targets: readonly RestoreTarget[],
  inPlace: boolean,
  privileges: Privileges,
): Promise<void> {
  const { server } = connection;
  const definers = await definerNeeds(connection, targets, server, privileges);
  const unmet = (needs: (target: RestoreTarget) => Need[]): Need[] =>
    unmetNeeds(privileges, [...targets.flatMap(needs), ...definers]);
  const missing = unmet(inPlace ? inPlaceNeeds : stagedNeeds);
  if (missing.length > 0) {
    const isEnoughInPlace = !inPlace && unmet(inPlaceNeeds).length === 0;
    throw privilegesMissing(set, await grantStatements(connection, missing), isEnoughInPlace);
  }
  await checkLoggedPrograms(connection, set, targets, privileges);
}

/** What is done to tables in a schema of any kind: made, filled, read back, changed, moved or dropped. */
const TABLES = ['SELECT', 'INSERT', 'CREATE', 'DROP', 'ALTER'] as const;

const OBJECT_PRIVILEGES: Readonly<Record<DefinitionKind, readonly string[]>> = {
  VIEW: ['CREATE VIEW', 'SHOW VIEW'],
  PROCEDURE: ['CREATE ROUTINE', 'ALTER ROUTINE'],
  FUNCTION: ['CREATE ROUTINE', 'ALTER ROUTINE'],
  PACKAGE: ['CREATE ROUTINE', 'ALTER ROUTINE'],
  'PACKAGE BODY': ['CREATE ROUTINE', 'ALTER ROUTINE'],
  TRIGGER: ['TRIGGER'],
  EVENT: ['EVENT'],
};

function inPlaceNeeds(target: RestoreTarget): Need[] {
  const on: Scope = { kind: 'database', database: target.live };
  const privileges = [
    ...TABLES,
    ...referencing(target),
    ...target.objects.flatMap(({ kind }) => OBJECT_PRIVILEGES[kind]),
  ];
  return [{ privileges, on }];
}

function stagedNeeds(target: RestoreTarget): Need[] {
  const scratch = (database: string, purpose: string): Scope => ({
    kind: 'database',
    database,
    shownAs: `${literalPattern(database.slice(0, database.lastIndexOf(`_${purpose}_`)))}\\_${purpose}\\_%`,
  });
  return [
    ...inPlaceNeeds(target),
    // triggers of the tables that are replaced go, and could not even be seen without
    { privileges: ['TRIGGER'], on: { kind: 'database', database: target.live } },
    { privileges: [...TABLES, ...referencing(target)], on: scratch(target.staging, 'restore') },
    { privileges: [...TABLES, 'UPDATE'], on: scratch(target.undo, 'undo') },
  ];
}

function referencing({ tables }: RestoreTarget): string[] {
  return tables.some(({ ddl }) => keyClauses(ddl).some(({ references }) => references !== null)) ? ['REFERENCES'] : [];
}

/** What it takes to make objects that belong to other accounts. */
async function definerNeeds(
  connection: ServerConnection,
  targets: readonly RestoreTarget[],
  server: ServerInfo,
  privileges: Privileges,
): Promise<Need[]> {
  const account = await currentAccount(connection);
  const others = targets
    .flatMap((target) => target.objects)
    .flatMap(({ definition }) => definerOf(definitionText(definition)) ?? [])
    .filter(({ user, host }) => quoteAccount(user, host) !== account);
  if (others.length === 0) {
    return [];
  }
  const needed =
    server.flavour === 'mariadb' ? ['SET USER'] : await mysqlDefinerNeeds(connection, others, server, privileges);
  // SUPER stands for all of them, but for the last
  const isHeldAnyway = privileges.everywhere('SUPER');
  return needed
    .filter((privilege) => !isHeldAnyway || privilege === 'SYSTEM_USER')
    .map((privilege) => ({ privileges: [privilege], on: { kind: 'everything' } }));
}

/** @see https://dev.mysql.com/doc/refman/9.7/en/stored-objects-security.html */
async function mysqlDefinerNeeds(
  connection: ServerConnection,
  definers: readonly Definer[],
  { major, minor }: ServerInfo,
  privileges: Privileges,
): Promise<string[]> {
  if (major < 8 || (major === 8 && minor < 2)) {
    return [major < 8 ? 'SUPER' : 'SET_USER_ID'];
  }
  const needs = ['SET_ANY_DEFINER'];
  // who may not look at accounts cannot know: then the server has the last word
  if (privileges.onTable('SELECT', 'mysql', 'user') && privileges.onTable('SELECT', 'mysql', 'global_grants')) {
    for (const { user, host } of definers) {
      const found = await connection.query('SELECT 1 AS found FROM mysql.user WHERE User = ? AND Host = ?', [
        user,
        host,
      ]);
      const mighty = await connection.query(
        "SELECT 1 AS found FROM mysql.global_grants WHERE USER = ? AND HOST = ? AND PRIV = 'SYSTEM_USER'",
        [user, host],
      );
      needs.push(...(found.length === 0 ? ['ALLOW_NONEXISTENT_DEFINER'] : []));
      needs.push(...(mighty.length > 0 ? ['SYSTEM_USER'] : []));
    }
  }
  return needs;
}

/**
 * Refuses functions and triggers that a server with a binary log does not let this account make.
 *
 * @see https://dev.mysql.com/doc/refman/9.7/en/stored-programs-logging.html
 */
async function checkLoggedPrograms(
  connection: ServerConnection,
  set: string,
  targets: readonly RestoreTarget[],
  privileges: Privileges,
): Promise<void> {
  const [{ log, trust }] = await connection.query(
    'SELECT @@log_bin AS log, @@log_bin_trust_function_creators AS trust',
  );
  if (Number(log) === 0 || Number(trust) !== 0) {
    return;
  }
  const isSuper = privileges.everywhere('SUPER');
  const refused = targets
    .flatMap((target) => target.objects)
    .find(
      (object) =>
        (object.kind === 'FUNCTION' && (!isSuper || !declaresItsData(definitionText(object.definition)))) ||
        (object.kind === 'TRIGGER' && !isSuper),
    );
  if (refused !== undefined) {
    throw programsNotTrusted(set, `${refused.kind.toLowerCase()} ${refused.definition.name}`);
  }
}

function declaresItsData(ddl: string): boolean {
  const words = tokenize(ddl).map((token) => (token.kind === 'word' ? token.text.toUpperCase() : ''));
  return words.some(
    (word, index) =>
      (word === 'DETERMINISTIC' && words[index - 1] !== 'NOT') ||
      (word === 'SQL' && (words[index - 1] === 'NO' || words[index - 1] === 'READS')),
  );
}
