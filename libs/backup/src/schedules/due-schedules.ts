import { Injectable } from '@nestjs/common';
import { BackupLogger } from '../backup-logger.js';
import type { BackupSchedule } from '../catalog/entities/backup-schedule.entity.js';
import { BackupScheduleRepository, type DueSchedule } from '../catalog/repositories/backup-schedule.repository.js';
import { messageOf } from '../errors/backup.error.js';
import { BackupEnvironment } from '../operations/backup-environment.js';
import { checkSchedule } from './check-schedule.js';
import { decideRun, MISSED_AFTER } from './due-run.js';
import { RunClaims, type PassedRuns } from './run-claims.js';
import { ScheduleClock } from './schedule-clock.js';
import { describeSchedule } from './schedule.errors.js';
import { ScheduledWork } from './scheduled-work.js';

/** What became of a run of a schedule, or of a schedule that cannot be run. */
export interface ScheduledRunResult {
  readonly scheduleId: number;
  readonly name: string;
  /** When it was due; of several that were skipped together, the first; null of a schedule that was due at no time. */
  readonly due: Date | null;
  /** `disabled`: the schedule cannot be run as its row is, and was switched off. */
  readonly outcome: 'completed' | 'failed' | 'skipped' | 'disabled';
  /** The operation; null when there is none. */
  readonly backupid: string | null;
  /** Why it failed, was skipped or switched off. */
  readonly message: string | null;
}

/** What one look at the table led to. */
interface Pass {
  /** What came of schedules without anything begun. */
  readonly settled: readonly ScheduledRunResult[];
  readonly started: readonly Promise<ScheduledRunResult>[];
}

const NOTHING: Pass = { settled: [], started: [] };

/** Whether a schedule can be run. */
interface Check {
  /** Its first run after now; null when it cannot. */
  readonly next: Date | null;
  /** That it was switched off, if this process did it. */
  readonly settled: readonly ScheduledRunResult[];
}

const PAGE = 500;

/** Has due runs carried out, a few at a time. */
@Injectable()
export class DueSchedules {
  private readonly logger = new BackupLogger();
  private readonly running = new Set<Promise<ScheduledRunResult>>();
  /** Due times of runs that were seen in time and wait for others to end, by schedule. */
  private readonly waiting = new Map<number, number>();
  private isClosing = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly environment: BackupEnvironment,
    private readonly schedules: BackupScheduleRepository,
    private readonly claims: RunClaims,
    private readonly work: ScheduledWork,
    private readonly clock: ScheduleClock,
  ) {}

  /**
   * Carries out every run that is due, and waits for them.
   *
   * @param at the time to go by; default: now
   * @param signal cancels those that run and starts no others
   */
  async runAll(at: Date | undefined, signal?: AbortSignal): Promise<ScheduledRunResult[]> {
    const now = at ?? (await this.clock.now());
    const results = await this.planNew(now);
    for (;;) {
      const { settled, started } = await this.inTurn(() => this.claimDue(now, signal));
      results.push(...settled, ...(await Promise.all(started)));
      if (started.length === 0 || signal?.aborted === true) {
        return results;
      }
    }
  }

  /** Starts what is due, as far as the limit allows; each run that ends has the next one started. */
  async startDue(): Promise<void> {
    const { started } = await this.inTurn(async () => this.claimDue(await this.clock.now()));
    for (const run of started) {
      void run.then(() => this.startDueSoon());
    }
  }

  /** {@link startDue} for timers, which nobody waits for. */
  startDueSoon(): void {
    this.startDue().catch((error: unknown) => {
      if (!this.isClosing) {
        this.logger.warn(`Due schedules could not be read, which is tried again: ${messageOf(error)}`);
      }
    });
  }

  /**
   * Works out when schedules are due that were added or changed by hand.
   *
   * @param at the time to go by; default: now
   * @returns those that cannot be run, which it has switched off
   */
  async planNew(at?: Date): Promise<ScheduledRunResult[]> {
    const now = at ?? (await this.clock.now());
    const disabled: ScheduledRunResult[] = [];
    for (;;) {
      const schedules = await this.schedules.findUnplanned(PAGE);
      for (const schedule of schedules) {
        const { next, settled } = await this.check(schedule, now);
        disabled.push(...settled);
        if (next !== null) {
          await this.schedules.planNextRun(schedule, next);
        }
      }
      if (schedules.length < PAGE) {
        return disabled;
      }
    }
  }

  /** Starts nothing more. What runs here is for the runner to end. */
  stop(): void {
    this.isClosing = true;
  }

  /** Waits until what ran here is recorded. */
  async ended(): Promise<void> {
    await this.turn;
    await Promise.all(this.running);
  }

  /** One look at a time: two at once would both count on the same place being free. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.turn.then(work);
    this.turn = turn.catch(() => undefined);
    return turn;
  }

  /** Looks again until nothing more can be done: behind a run that is a few seconds late there may be others. */
  private async claimDue(now: Date, signal?: AbortSignal): Promise<Pass> {
    const hasToStop = (): boolean => this.isClosing || signal?.aborted === true;
    const settled: ScheduledRunResult[] = [];
    const started: Promise<ScheduledRunResult>[] = [];
    let found: number;
    do {
      found = settled.length + started.length;
      for (const schedule of await this.schedules.findDue(now, PAGE)) {
        if (hasToStop()) {
          break;
        }
        const pass = await this.claim(schedule, now, signal);
        settled.push(...pass.settled);
        started.push(...pass.started);
      }
    } while (settled.length + started.length > found && !hasToStop());
    return { settled, started };
  }

  private async claim(schedule: DueSchedule, now: Date, signal?: AbortSignal): Promise<Pass> {
    if (!schedule.isRunning && this.running.size >= this.environment.options.concurrency) {
      this.keepWaiting(schedule, now);
      return NOTHING;
    }
    const { next, settled } = await this.check(schedule, now);
    if (next === null) {
      return { settled, started: [] };
    }
    const wasSeenInTime = this.waiting.get(schedule.id) === schedule.nextRunAt.getTime();
    const decision = decideRun(schedule, { now, isRunning: schedule.isRunning, wasSeenInTime });
    this.waiting.delete(schedule.id);
    if (decision.kind === 'skip') {
      const passed = await this.claims.passOver(schedule, decision);
      return passed === null ? NOTHING : { settled: [skippedResult(schedule, passed)], started: [] };
    }
    const taken = await this.claims.take(schedule, decision, now);
    if (taken === null) {
      return NOTHING;
    }
    const { backupid, missed } = taken;
    return {
      settled: missed === null ? [] : [skippedResult(schedule, missed)],
      started: [this.start(schedule, backupid, decision.isLate, signal)],
    };
  }

  private keepWaiting({ id, nextRunAt }: DueSchedule, now: Date): void {
    if (now.getTime() - nextRunAt.getTime() <= MISSED_AFTER) {
      this.waiting.set(id, nextRunAt.getTime());
    }
  }

  private start(
    schedule: DueSchedule,
    backupid: string,
    isLate: boolean,
    signal: AbortSignal | undefined,
  ): Promise<ScheduledRunResult> {
    const lateness = isLate ? ', late: it was missed while no application was up' : '';
    this.logger.log(
      `${describeSchedule(schedule)}: the run due at ${schedule.nextRunAt.toISOString()} begins${lateness}`,
    );
    const run = this.finish(schedule, backupid, signal);
    this.running.add(run);
    void run.then(() => this.running.delete(run));
    return run;
  }

  /** Never fails: what went wrong is recorded. */
  private async finish(schedule: DueSchedule, backupid: string, signal?: AbortSignal): Promise<ScheduledRunResult> {
    let failure: string | null = null;
    try {
      await this.work.carryOut(schedule, { due: schedule.nextRunAt, backupid }, signal);
    } catch (error) {
      failure = messageOf(error);
      this.logger.error(`${describeSchedule(schedule)} failed: ${failure}`);
    }
    try {
      await this.schedules.recordOutcome(schedule.id, backupid, failure);
    } catch (error) {
      this.logger.warn(`The outcome of ${describeSchedule(schedule)} could not be recorded: ${messageOf(error)}`);
    }
    const { id: scheduleId, name, nextRunAt: due } = schedule;
    return {
      scheduleId,
      name,
      due,
      outcome: failure === null ? 'completed' : 'failed',
      backupid,
      message: failure,
    };
  }

  /** A row that cannot be run, which only somebody else can have written, is switched off with the reason. */
  private async check(schedule: BackupSchedule, now: Date): Promise<Check> {
    try {
      return { next: checkSchedule(schedule, now), settled: [] };
    } catch (error) {
      const message = messageOf(error);
      if (!(await this.schedules.disable(schedule, message))) {
        return { next: null, settled: [] };
      }
      this.logger.error(`${describeSchedule(schedule)} was switched off: ${message}`);
      const { id: scheduleId, name, nextRunAt } = schedule;
      const due = nextRunAt !== null && nextRunAt <= now ? nextRunAt : null;
      return { next: null, settled: [{ scheduleId, name, due, outcome: 'disabled', backupid: null, message }] };
    }
  }
}

function skippedResult({ id, name }: DueSchedule, { due, message }: PassedRuns): ScheduledRunResult {
  return { scheduleId: id, name, due, outcome: 'skipped', backupid: null, message };
}
