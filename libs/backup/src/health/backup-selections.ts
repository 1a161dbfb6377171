import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import {
  BackupOutcomeRepository,
  type BackupContent,
  type BackupOutcome,
} from '../catalog/repositories/backup-outcome.repository.js';
import { heldDatabases } from '../catalog/held-databases.js';
import { selectionRecord } from '../database/selection/table-selection.js';
import { operationPlan } from '../operations/operation-plans.js';

/** Plans and lists of tables can be long, and schedules many. */
const BACKUPS_AT_ONCE = 500;

/** Knows what backups were to hold, so that only those of the same sources are compared. */
@Injectable()
export class BackupSelections {
  constructor(
    private readonly operations: BackupOperationRepository,
    private readonly outcomes: BackupOutcomeRepository,
  ) {}

  /**
   * By id of a backup, a text that is alike for the same databases, tables, conditions and file roots: as they were asked
   * for, since the tables themselves come and go; where that is not known, as of an imported set, as they were found.
   */
  async of(backups: readonly BackupOutcome[]): Promise<ReadonlyMap<number, string>> {
    const selections = new Map<number, string>();
    for (let start = 0; start < backups.length; start += BACKUPS_AT_ONCE) {
      await this.addSelections(backups.slice(start, start + BACKUPS_AT_ONCE), selections);
    }
    return selections;
  }

  private async addSelections(backups: readonly BackupOutcome[], selections: Map<number, string>): Promise<void> {
    const plans = await this.operations.plansOf(backups.flatMap(({ backupid }) => backupid ?? []));
    for (const { id, backupid } of backups) {
      const planned = backupid === null ? null : plannedSelection(plans.get(backupid));
      if (planned !== null) {
        selections.set(id, planned);
      }
    }
    const unplanned = backups.map(({ id }) => id).filter((id) => !selections.has(id));
    for (const content of unplanned.length === 0 ? [] : await this.outcomes.contentsOf(unplanned)) {
      selections.set(content.id, foundSelection(content));
    }
  }
}

/** Null: it is no plan of a backup, or of an earlier release, which did not say. */
function plannedSelection(stored: unknown): string | null {
  const plan = operationPlan.safeParse(stored);
  return plan.success && plan.data.kind === 'backup' && plan.data.selection !== undefined
    ? selectionText(plan.data.databases, plan.data.roots ?? [], selectionRecord(plan.data.selection) ?? null)
    : null;
}

function foundSelection({ tablesIncluded, filesIncluded, partial }: BackupContent): string {
  return selectionText(heldDatabases({ tablesIncluded }), filesIncluded ?? [], partial);
}

/** @param lacks what is not held of the databases; null: nothing is left out */
function selectionText(databases: readonly string[], roots: readonly string[], lacks: object | null): string {
  const text = JSON.stringify({ databases: databases.toSorted(), roots: roots.toSorted(), lacks });
  return createHash('sha256').update(text).digest('base64');
}
