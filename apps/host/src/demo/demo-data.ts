import { archiveTables } from './demo-archive.js';
import { courseTables } from './demo-courses.js';
import { peopleTables } from './demo-people.js';
import { type DemoPlan, planRows } from './demo-plan.js';
import type { DemoTable } from './demo-table.js';

/**
 * `total` rows of an archive that also teaches, the same ones at every call. Tables stand in the order in which
 * foreign keys allow them to be filled.
 */
export function demoTables(total: number): readonly DemoTable[] {
  const plan: DemoPlan = planRows(total);
  return [...peopleTables(plan), ...archiveTables(plan), ...courseTables(plan)];
}
