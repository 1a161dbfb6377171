import { createStandIns, dropObject } from '../create-objects.js';
import { writeDatabaseSettings } from '../database-settings.js';
import { ServerConnection } from '../server-connection.js';
import { quoteName } from '../sql.js';
import { readSchemaNames } from './live-schema.js';
import type { RestoreTarget } from './restore-targets.js';
import { grantAgain, readRoutineGrants } from './routine-grants.js';
import { fillSchemas, type StagedRestoreOptions } from './staged-restore.js';
import { createObjectsIn } from './swap-steps.js';

/**
 * Restores straight into the live schemas, for accounts that may not create any. There is no swap and no undo: the
 * caller has verified the set and backed the live database up before.
 *
 * @returns what could not be brought about, a line each
 */
export async function restoreInPlace(
  options: Omit<StagedRestoreOptions, 'onStaged' | 'operation'>,
): Promise<readonly string[]> {
  const connection = await ServerConnection.open(options.address);
  try {
    const shortcomings: string[] = [];
    for (const target of options.targets) {
      await clearTables(connection, target);
      if (target.isWhole) {
        await writeDatabaseSettings(connection, target.live, target.source);
      }
    }
    const late = await fillSchemas(options, connection, (target) => target.live);
    await connection.query('SET SESSION foreign_key_checks=0');
    for (const target of options.targets) {
      await createStandIns(connection, target.live, target.objects);
    }
    for (const target of options.targets) {
      await connection.query(`USE ${quoteName(target.live)}`);
      for (const { statement } of late.get(target) ?? []) {
        await connection.query(statement);
      }
      const grants = (await readRoutineGrants(connection, target.live, target.objects)) ?? [];
      await createObjectsIn(connection, target.live, target.objects);
      shortcomings.push(...(await grantAgain(connection, target.live, grants)));
    }
    return shortcomings;
  } finally {
    await connection.end();
  }
}

async function clearTables(connection: ServerConnection, target: RestoreTarget): Promise<void> {
  const live = await readSchemaNames(connection, target.live);
  const placed = [...target.tables, ...target.sequences].map((table) => table.name);
  const views = target.objects.filter((object) => object.kind === 'VIEW').map((object) => object.definition.name);
  await connection.query(`USE ${quoteName(target.live)}`);
  await connection.query('SET SESSION foreign_key_checks=0');
  for (const view of live.views.filter((name) => placed.includes(name))) {
    await dropObject(connection, 'VIEW', view);
  }
  for (const table of live.tables.filter((name) => placed.includes(name) || views.includes(name))) {
    await connection.query(`DROP TABLE ${quoteName(table)}`);
  }
}
