import { Injectable } from '@nestjs/common';
import { BackupLogger } from '../backup-logger.js';
import { lastWrite, takeInventory, type SetInventory } from '../backup-set/set-inventory.js';
import { BackupStatus, type BackupType } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import type { BackupSchedule } from '../catalog/entities/backup-schedule.entity.js';
import { heldDatabases } from '../catalog/held-databases.js';
import { isKnownDamaged } from '../catalog/known-damaged.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import { BackupScheduleRepository } from '../catalog/repositories/backup-schedule.repository.js';
import { newestFirst } from '../retention/backup-groups.js';
import { isTimeZone } from '../retention/calendar-slots.js';
import { usualDeletionLimit } from '../retention/deletion-limit.js';
import { planRetention } from '../retention/plan-retention.js';
import type { BackupState, RetainedBackup, RetentionPolicy, RetentionRules } from '../retention/retention.types.js';
import { BackupEnvironment } from './backup-environment.js';

/** What a cleanup does with one backup, and why. */
export interface BackupDecision {
  readonly id: number;
  readonly backupName: string;
  readonly backupType: BackupType;
  /** Whether tables or rows were left out of it. */
  readonly partial: boolean;
  /** Whether it is encrypted. */
  readonly encryption: boolean;
  /** Null: made by hand. */
  readonly scheduleId: number | null;
  readonly createdAt: Date;
  /** Bytes in storage. */
  readonly fileSize: number;
  readonly decision: 'keep' | 'delete';
  readonly reasons: readonly string[];
}

/** What a cleanup would do. */
export interface CleanupPreview {
  /** Every backup that is complete or running, newest first. */
  readonly backups: readonly BackupDecision[];
  /** Ids of those to delete, in that order: what builds on another goes before it. */
  readonly delete: readonly number[];
  /** Bytes that deleting them gives back. */
  readonly freedBytes: number;
  /** The most backups that are deleted at once; when there are more, none is. */
  readonly maxDelete: number;
  /** Sets without a manifest that are swept: nothing was written to them for a day. */
  readonly unfinishedSets: readonly string[];
  /** Sets in storage that the catalog does not know. They stay: `backup:import` takes them up. */
  readonly unknownSets: readonly string[];
}

/** What is unfinished and younger than this may be the work of a process elsewhere, milliseconds. */
export const SWEEP_AFTER = 86_400_000;
const PAGE = 500;
/** What a plan depends on, or shows. */
const PLANNED_BY = [
  'id',
  'backupName',
  'backupType',
  'status',
  'createdAt',
  'encryption',
  'expiresAt',
  'fileSize',
  'parentId',
  'partial',
  'pinned',
  'pinnedReason',
  'scheduleId',
  'tablesIncluded',
  'verified',
  'verifiedAt',
] as const satisfies readonly (keyof BackupHistory)[];

/** Works out what a cleanup does; changes nothing. */
@Injectable()
export class CleanupPlanService {
  private readonly logger = new BackupLogger();

  constructor(
    private readonly environment: BackupEnvironment,
    private readonly history: BackupHistoryRepository,
    private readonly schedules: BackupScheduleRepository,
  ) {}

  /** @param maxDelete the most backups to delete at once; default: the module's option */
  async plan(now: Date, maxDelete?: number): Promise<CleanupPreview> {
    const inventory = await takeInventory(this.environment.storage);
    const rows = await this.presentBackups();
    const retained = rows.map((row) => retainedBackup(row, inventory));
    const plan = planRetention(retained, await this.policy(), now);
    const reasons = new Map(plan.keep.map(({ id, reasons: why }) => [id, why]));
    const backups = rows.map((row) => decisionOn(row, reasons.get(row.id)));
    const limit = maxDelete ?? this.environment.options.retention.maxDelete;
    const known = new Set(rows.map(({ backupName }) => backupName));
    return {
      backups,
      delete: plan.delete,
      freedBytes: backups.reduce((sum, { decision, fileSize }) => sum + (decision === 'delete' ? fileSize : 0), 0),
      maxDelete: limit ?? usualDeletionLimit(backups.length),
      unfinishedSets: await this.sweepable(inventory, known, now),
      unknownSets: await this.unknown(inventory, known),
    };
  }

  /** Complete and running backups, newest first. Their lists of tables are let go of page by page. */
  private async presentBackups(): Promise<PresentBackup[]> {
    const present = (await this.history.findUnfinished()).map(presentBackup);
    const filters = { status: BackupStatus.COMPLETED, limit: PAGE };
    let page = await this.history.listColumns(PLANNED_BY, filters);
    while (page.length > 0) {
      present.push(...page.map(presentBackup));
      page = await this.history.listColumns(PLANNED_BY, { ...filters, before: page[page.length - 1].id });
    }
    return present.sort(newestFirst);
  }

  private async policy(): Promise<RetentionPolicy> {
    const { rules } = this.environment.options.retention;
    const schedules = await this.schedules.list();
    return { rules, schedules: new Map(schedules.map((schedule) => [schedule.id, this.scheduleRules(schedule)])) };
  }

  private scheduleRules({ id, retentionDays, timeZone }: BackupSchedule): Partial<RetentionRules> {
    const { rules } = this.environment.options.retention;
    if (!isTimeZone(timeZone)) {
      this.logger.warn(
        `Schedule ${String(id)} has the unknown time zone ${JSON.stringify(timeZone)}: ${rules.timeZone} is used`,
      );
    }
    return {
      days: retentionDays ?? rules.days,
      timeZone: isTimeZone(timeZone) ? timeZone : rules.timeZone,
    };
  }

  private async sweepable(inventory: SetInventory, known: ReadonlySet<string>, now: Date): Promise<string[]> {
    const sweepable: string[] = [];
    for (const name of inventory.unfinished.filter((candidate) => !known.has(candidate))) {
      const last = await lastWrite(this.environment.storage, name);
      if (last.getTime() + SWEEP_AFTER < now.getTime()) {
        sweepable.push(name);
      }
    }
    return sweepable;
  }

  private async unknown(inventory: SetInventory, known: ReadonlySet<string>): Promise<string[]> {
    const unknown: string[] = [];
    for (const name of [...inventory.complete].filter((candidate) => !known.has(candidate))) {
      if ((await this.history.findByName(name)) === null) {
        unknown.push(name);
      }
    }
    return unknown;
  }
}

type PlannedColumns = Pick<BackupHistory, (typeof PLANNED_BY)[number]>;
type PresentBackup = Omit<PlannedColumns, 'tablesIncluded'> & { readonly sources: readonly string[] };

function presentBackup({ tablesIncluded, ...row }: PlannedColumns): PresentBackup {
  return { ...row, sources: heldDatabases({ tablesIncluded }) };
}

function retainedBackup(row: PresentBackup, inventory: SetInventory): RetainedBackup {
  const { id, backupType: type, scheduleId, sources, createdAt, expiresAt, verified } = row;
  const { pinned, pinnedReason, parentId } = row;
  return {
    id,
    type,
    scheduleId,
    sources,
    partial: row.partial !== null,
    state: stateOf(row, inventory),
    createdAt,
    expiresAt,
    verified,
    pinned,
    pinnedReason,
    parentId,
  };
}

function stateOf(backup: PresentBackup, inventory: SetInventory): BackupState {
  switch (backup.status) {
    case BackupStatus.PENDING:
    case BackupStatus.RUNNING:
      return 'running';
    case BackupStatus.FAILED:
    case BackupStatus.DELETED:
      return 'gone';
    case BackupStatus.COMPLETED:
      if (!inventory.complete.has(backup.backupName)) {
        return 'missing';
      }
      return isKnownDamaged(backup) ? 'damaged' : 'complete';
  }
}

function decisionOn(row: PresentBackup, kept: readonly string[] | undefined): BackupDecision {
  const { id, backupName, backupType, encryption, scheduleId, createdAt, fileSize } = row;
  const partial = row.partial !== null;
  const common = { id, backupName, backupType, partial, encryption, scheduleId, createdAt, fileSize };
  return kept === undefined
    ? { ...common, decision: 'delete', reasons: ['no rule keeps it'] }
    : { ...common, decision: 'keep', reasons: kept };
}
