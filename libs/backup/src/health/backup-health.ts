import { Injectable } from '@nestjs/common';
import { BackupStatus, ScheduledOperation, TYPES_OF_DATABASES, type BackupType } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';
import type { BackupSchedule } from '../catalog/entities/backup-schedule.entity.js';
import { heldDatabases } from '../catalog/held-databases.js';
import { isKnownDamaged } from '../catalog/known-damaged.js';
import { BackupHistoryRepository } from '../catalog/repositories/backup-history.repository.js';
import {
  BackupOutcomeRepository,
  type BackupGroup,
  type BackupOutcome,
  type GroupOutcome,
} from '../catalog/repositories/backup-outcome.repository.js';
import { BackupScheduleRepository } from '../catalog/repositories/backup-schedule.repository.js';
import { messageOf } from '../errors/backup.error.js';
import { BackupEnvironment } from '../operations/backup-environment.js';
import { BackupOperationRepository } from '../catalog/repositories/backup-operation.repository.js';
import { operationPlan } from '../operations/operation-plans.js';
import { BackupSelections } from './backup-selections.js';
import { evaluateAlerts, maxAgeOfSources, type Alert } from './evaluate-alerts.js';
import type {
  DrillFacts,
  GoodBackup,
  GroupFacts,
  HealthFacts,
  ScheduleFacts,
  SourceFacts,
  StorageFacts,
  UnsoundBackup,
} from './health-facts.js';

/** How the backups are. */
export interface HealthReport {
  readonly checkedAt: Date;
  readonly facts: HealthFacts;
  /** What should be looked at, errors first; empty when all is well. */
  readonly alerts: readonly Alert[];
}

/** Of a schedule: the newest, and those it is compared with. */
const BACKUPS_A_SCHEDULE = 6;
/** Of those made by hand, which may be of one thing today and of another tomorrow. */
const BACKUPS_BY_HAND = 30;
const MOST_UNSOUND = 20;
/** Years of daily drills: a group's latest drill is looked for among these. */
const MOST_DRILLED = 1000;
const PAGE = 20;
const HOUR = 3_600_000;

/** Reads what the catalog and the storage say about the backups, and applies the rules for alerts to it. */
@Injectable()
export class BackupHealth {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly history: BackupHistoryRepository,
    private readonly outcomes: BackupOutcomeRepository,
    private readonly schedules: BackupScheduleRepository,
    private readonly operations: BackupOperationRepository,
    private readonly selections: BackupSelections,
  ) {}

  async check(now: Date): Promise<HealthReport> {
    const facts = await this.facts(now);
    return { checkedAt: now, facts, alerts: evaluateAlerts(facts, this.environment.options.alerts, now) };
  }

  private async facts(now: Date): Promise<HealthFacts> {
    const drilled = await this.outcomes.findDrilled(MOST_DRILLED);
    const groups = await this.groups(drilled, now);
    return {
      groups,
      sources: await this.sources(groups, now),
      unsound: (await this.outcomes.findUnsound(MOST_UNSOUND)).flatMap(unsoundBackup),
      storage: await this.storage(),
      storedBytes: await this.history.storageUsed(),
      drill: drillFacts(drilled),
      oldestBackup: await this.outcomes.oldestCompleted(),
    };
  }

  /** Groups that active schedules make, and those that nobody scheduled. */
  private async groups(drilled: readonly BackupOutcome[], now: Date): Promise<GroupFacts[]> {
    const schedules = (await this.schedules.list({ isActive: true })).filter(isOfBackups);
    const outcomes = await this.outcomes.groups();
    const active = new Map(schedules.map((schedule) => [schedule.id, schedule]));
    const known = outcomes.filter(({ scheduleId }) => scheduleId === null || active.has(scheduleId));
    const unknown = schedules.filter(({ id }) => !known.some(({ scheduleId }) => scheduleId === id));
    const drills = groupsOf(drilled);
    const completed = await this.newestCompleted(known);
    const newest = groupsOf(completed);
    const selections = await this.selections.of(completed);
    const failures = groupsOf(await this.outcomes.newestOf(known.filter(isFailing), BackupStatus.FAILED, 1));
    return [
      ...known.map((outcome) => {
        const key = groupKey(outcome.scheduleId, outcome.type);
        const schedule = outcome.scheduleId === null ? undefined : active.get(outcome.scheduleId);
        const good = (newest.get(key) ?? [])
          .filter((backup) => !isKnownDamaged(backup))
          .map((backup) => goodBackup(backup, selections.get(backup.id) ?? ''));
        const facts = schedule === undefined ? null : scheduleFacts(schedule, now);
        const failure = failures.get(key)?.at(0)?.errorMessage ?? null;
        return groupFacts({ ...outcome, failure }, facts, good, drills.get(key));
      }),
      ...unknown.map((schedule) =>
        groupFacts({ type: schedule.backupType, ...NOTHING_YET }, scheduleFacts(schedule, now), []),
      ),
    ];
  }

  private async newestCompleted(groups: readonly BackupGroup[]): Promise<BackupOutcome[]> {
    const [byHand, scheduled] = [true, false].map((isByHand) =>
      groups.filter(({ scheduleId }) => (scheduleId === null) === isByHand),
    );
    return [
      ...(await this.outcomes.newestOf(byHand, BackupStatus.COMPLETED, BACKUPS_BY_HAND)),
      ...(await this.outcomes.newestOf(scheduled, BackupStatus.COMPLETED, BACKUPS_A_SCHEDULE)),
    ];
  }

  /** Looks no further back than the rule does: a history can be long. */
  private async sources(groups: readonly GroupFacts[], now: Date): Promise<SourceFacts[]> {
    const hours = maxAgeOfSources(
      this.environment.options.alerts,
      groups.some(({ schedule }) => schedule !== null),
    );
    if (hours === null) {
      return [];
    }
    const newest = new Map<string, Date | null>(this.environment.databases.map((name) => [name, null]));
    const since = new Date(now.getTime() - hours * HOUR);
    const isComplete = (): boolean => [...newest.values()].every((time) => time !== null);
    let page = await this.history.list({ status: BackupStatus.COMPLETED, since, limit: PAGE });
    while (page.length > 0 && !isComplete()) {
      for (const backup of page.filter(holdsWholeDatabases)) {
        for (const name of await this.databasesOf(backup)) {
          if (newest.get(name) === null) {
            newest.set(name, backup.createdAt);
          }
        }
      }
      page = await this.history.list({
        status: BackupStatus.COMPLETED,
        since,
        limit: PAGE,
        before: page[page.length - 1].id,
      });
    }
    return [...newest].map(([name, newestGood]) => ({ name, newestGood }));
  }

  /** As planned, since a database without tables is in no list of tables; an imported backup has no plan. */
  private async databasesOf({ backupid, tablesIncluded }: BackupHistory): Promise<readonly string[]> {
    const loaded = backupid === null ? null : await this.operations.load(backupid).catch(() => null);
    const plan = operationPlan.safeParse(loaded?.plan);
    return plan.success && plan.data.kind === 'backup' ? plan.data.databases : heldDatabases({ tablesIncluded });
  }

  private async storage(): Promise<StorageFacts> {
    try {
      await this.environment.storage.check();
      return { usable: true, room: await this.environment.storage.room() };
    } catch (error) {
      return { usable: false, reason: messageOf(error) };
    }
  }
}

const NOTHING_YET = { completedAt: null, failedAt: null, failure: null, runningSince: null } as const;

function groupFacts(
  { type, failedAt, failure, runningSince }: Omit<GroupOutcome, 'scheduleId'> & Pick<GroupFacts, 'failure'>,
  schedule: ScheduleFacts | null,
  good: readonly GoodBackup[],
  drilled: readonly BackupOutcome[] = [],
): GroupFacts {
  return { type, schedule, failedAt, failure, runningSince, good, drill: drillFacts(drilled) };
}

/** @param drilled the latest drill first */
function drillFacts(drilled: readonly BackupOutcome[]): DrillFacts {
  const last = drilled.at(0);
  return { lastAt: last?.drilledAt ?? null, seconds: last?.drillSeconds ?? null };
}

/** Whether no completed backup of a group has followed its newest failed one. */
function isFailing({ completedAt, failedAt }: GroupOutcome): boolean {
  return failedAt !== null && (completedAt === null || completedAt < failedAt);
}

type BackupsSchedule = BackupSchedule & { readonly backupType: BackupType };

function isOfBackups(schedule: BackupSchedule): schedule is BackupsSchedule {
  return schedule.operation === ScheduledOperation.BACKUP && schedule.backupType !== null;
}

/** A run that is due is waited for; else the latest one counts. */
function scheduleFacts({ id, name, nextRunAt, lastRunAt }: BackupSchedule, now: Date): ScheduleFacts {
  return { id, name, dueAt: nextRunAt !== null && nextRunAt <= now ? nextRunAt : lastRunAt };
}

function groupsOf(backups: readonly BackupOutcome[]): ReadonlyMap<string, BackupOutcome[]> {
  return Map.groupBy(backups, ({ scheduleId, backupType }) => groupKey(scheduleId, backupType));
}

function groupKey(scheduleId: number | null, type: BackupType): string {
  return `${String(scheduleId)} ${type}`;
}

function goodBackup(
  { id, createdAt, logicalSize, fileSize, durationSeconds }: BackupOutcome,
  selection: string,
): GoodBackup {
  return { id, createdAt, selection, logicalSize, fileSize, durationSeconds };
}

function unsoundBackup({ id, backupName, verifiedAt }: BackupOutcome): UnsoundBackup[] {
  return verifiedAt === null ? [] : [{ id, backupName, verifiedAt }];
}

function holdsWholeDatabases(backup: BackupHistory): boolean {
  return TYPES_OF_DATABASES.has(backup.backupType) && backup.partial === null && !isKnownDamaged(backup);
}
