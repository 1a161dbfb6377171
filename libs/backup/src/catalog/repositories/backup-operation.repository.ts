import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, In, LessThan, Raw } from 'typeorm';
import type { EntityManager, FindOptionsWhere, QueryDeepPartialEntity, Repository } from 'typeorm';
import { impossibleTransition, OperationTamperedError } from '../catalog.errors.js';
import { OperationExecution, OperationFormat, OperationPurpose, OperationStatus } from '../catalog.types.js';
import { epochSeconds } from '../clock.js';
import type { Clock } from '../clock.js';
import { BackupOperation } from '../entities/backup-operation.entity.js';
import { idPage } from '../id-page.js';
import { mayFollow } from '../operation-states.js';
import { pageSize } from '../page.js';
import {
  SUMMARY,
  type LoadedOperation,
  type NewOperation,
  type OperationFilters,
  type OperationPatch,
  type OperationSign,
  type OperationSummary,
} from './operation-records.js';

/** The pace of an operation that is over, and which error it ended with. */
const AT_REST = { bytesPerSecond: 0, secondsLeft: null, errorCode: null } as const;

/** 32 hex characters that name an operation. */
export const newBackupid = (): string => randomBytes(16).toString('hex');

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Operations and their state. Many processes may hold the same row: each change says which state it starts from. */
@Injectable()
export class BackupOperationRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * @param manager of a transaction that the row is part of
   * @returns the backupid of the new operation
   */
  async create(values: NewOperation, now?: Clock, manager: EntityManager = this.dataSource.manager): Promise<string> {
    const { plan, backupid = newBackupid(), executiontime = 0, ...columns } = values;
    const controller = JSON.stringify(plan);
    const time = timeOf(now);
    await manager.insert(BackupOperation, {
      format: OperationFormat.NATIVE,
      purpose: OperationPurpose.GENERAL,
      execution: OperationExecution.IMMEDIATE,
      status: OperationStatus.CREATED,
      ...columns,
      executiontime: executiontime === 'now' ? time : executiontime,
      backupid,
      controller,
      checksum: md5(controller),
      createdAt: time,
      updatedAt: time,
    });
    return backupid;
  }

  /**
   * The only way to a plan.
   *
   * @throws OperationTamperedError when the stored plan is not the one that was written
   */
  async load(backupid: string): Promise<LoadedOperation | null> {
    const row = await this.rows.findOneBy({ backupid });
    if (!row) return null;
    const { controller, checksum, ...operation } = row;
    return { operation, plan: storedPlan(row), checksum };
  }

  /** The plans of these operations by backupid, as far as they are those that were written. */
  async plansOf(backupids: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const rows = await this.rows.find({
      select: { backupid: true, controller: true, checksum: true },
      where: { backupid: In(backupids) },
    });
    return new Map(rows.flatMap((row) => planEntries(row)));
  }

  /** The state of an operation, without its plan. */
  find(backupid: string): Promise<OperationSummary | null> {
    return this.rows.findOne({ select: SUMMARY, where: { backupid } });
  }

  /**
   * Moves an operation from one state to another, if it is still in the first.
   *
   * @returns whether this call did it: of several callers exactly one is told so
   * @throws BackupError `operation_state` when no operation goes from the one to the other
   */
  async transition(
    backupid: string,
    from: OperationStatus,
    to: OperationStatus,
    patch: OperationPatch = {},
    now?: Clock,
  ): Promise<boolean> {
    if (!mayFollow(from, to)) {
      throw impossibleTransition(backupid, from, to);
    }
    const pace = to >= OperationStatus.FINISHED_ERR ? AT_REST : {};
    return this.change({ backupid, status: from }, { ...pace, ...patch, status: to, updatedAt: timeOf(now) });
  }

  /**
   * Says that the operation is alive, and how far it is.
   *
   * @returns false when the operation is over: whoever runs it must stop
   */
  async heartbeat(backupid: string, sign: OperationSign, now?: Clock): Promise<boolean> {
    const { fraction, bytes, bytesPerSecond, secondsLeft } = sign;
    return this.change(
      { backupid, status: LessThan(OperationStatus.FINISHED_ERR) },
      {
        progress: Math.min(Math.max(fraction, 0), 1),
        bytes,
        bytesPerSecond,
        secondsLeft,
        updatedAt: timeOf(now),
      },
    );
  }

  /**
   * Ends an operation as an error that is still in a state although it gave no sign of life for so long, by the server's
   * clock. Whoever carries it out is told so by the next heartbeat.
   *
   * @returns whether this call did it
   */
  async endSilent(backupid: string, status: OperationStatus, seconds: number): Promise<boolean> {
    const { affected } = await this.rows
      .createQueryBuilder()
      .update()
      .set({ ...AT_REST, errorCode: 'interrupted', status: OperationStatus.FINISHED_ERR, updatedAt: timeOf() })
      .where({ backupid, status })
      .andWhere('updated_at < UNIX_TIMESTAMP() - :seconds', { seconds })
      .execute();
    return affected === 1;
  }

  /** Operations in a state that gave no sign of life for so long, by the server's clock, oldest first. */
  findSilent(status: OperationStatus, seconds: number): Promise<OperationSummary[]> {
    return this.rows.find({
      select: SUMMARY,
      where: { status, updatedAt: Raw((column) => `${column} < UNIX_TIMESTAMP() - :seconds`, { seconds }) },
      order: { id: 'ASC' },
    });
  }

  /**
   * Replaces the plan.
   *
   * @param expected the state that the operation must be in, so that a plan cannot change under whoever already runs it; and
   *   the checksum of the plan that is replaced
   * @returns whether it was
   */
  async updatePlan(
    backupid: string,
    plan: object,
    expected: { readonly status?: OperationStatus; readonly checksum?: string } = {},
    now?: Clock,
  ): Promise<boolean> {
    const controller = JSON.stringify(plan);
    return this.change({ backupid, ...expected }, { controller, checksum: md5(controller), updatedAt: timeOf(now) });
  }

  /**
   * Backupids of prepared operations that wait although their time has come, by the server's clock.
   *
   * @param precedence seconds that whoever confirmed one for now has to begin it
   */
  async findDue(precedence: number): Promise<string[]> {
    const waiting = { status: OperationStatus.AWAITING, execution: OperationExecution.DELAYED };
    const rows = await this.rows.find({
      select: { backupid: true },
      where: [
        { ...waiting, executiontime: Raw((column) => `${column} BETWEEN 1 AND UNIX_TIMESTAMP()`) },
        {
          ...waiting,
          executiontime: 0,
          updatedAt: Raw((column) => `${column} <= UNIX_TIMESTAMP() - :precedence`, { precedence }),
        },
      ],
      order: { executiontime: 'ASC', id: 'ASC' },
    });
    return rows.map(({ backupid }) => backupid);
  }

  /** All operations in a state, oldest first. */
  findByStatus(status: OperationStatus): Promise<OperationSummary[]> {
    return this.rows.find({ select: SUMMARY, where: { status }, order: { id: 'ASC' } });
  }

  /** Newest first. */
  async list(filters: OperationFilters = {}): Promise<OperationSummary[]> {
    const { operation, status, type, itemid, userid, before } = filters;
    const ids = await idPage(this.dataSource, {
      table: 'backup_controllers',
      index: indexFor(filters),
      conditions: [
        operation && ['operation = ?', operation],
        status && ['status = ?', status],
        type && ['type = ?', type],
        itemid === undefined ? undefined : ['itemid = ?', itemid],
        userid === undefined ? undefined : ['userid = ?', userid],
        before === undefined ? undefined : ['id < ?', before],
      ],
      orderBy: 'id DESC',
      limit: pageSize(filters.limit),
    });
    return this.rows.find({ select: SUMMARY, where: { id: In(ids) }, order: { id: 'DESC' } });
  }

  private async change(
    where: FindOptionsWhere<BackupOperation>,
    values: QueryDeepPartialEntity<BackupOperation>,
  ): Promise<boolean> {
    const { affected } = await this.rows.update(where, values);
    return affected === 1;
  }

  private get rows(): Repository<BackupOperation> {
    return this.dataSource.getRepository(BackupOperation);
  }
}

/**
 * For a column of epoch seconds: the server's time, unless another clock is given. Processes on several machines compare
 * these times, so it must be one clock.
 */
function timeOf(now?: Clock): number | (() => string) {
  return now === undefined ? () => 'UNIX_TIMESTAMP()' : epochSeconds(now());
}

type StoredPlan = Pick<BackupOperation, 'backupid' | 'controller' | 'checksum'>;

/** @throws OperationTamperedError when it is not the one that was written */
function storedPlan({ backupid, controller, checksum }: StoredPlan): unknown {
  if (md5(controller) !== checksum) throw new OperationTamperedError(backupid);
  try {
    return JSON.parse(controller);
  } catch (cause) {
    throw new OperationTamperedError(backupid, { cause });
  }
}

/** None when it is not the one that was written. */
function planEntries(row: StoredPlan): [string, unknown][] {
  try {
    return [[row.backupid, storedPlan(row)]];
  } catch {
    return [];
  }
}

/** The index that leaves the fewest rows to look at. */
function indexFor({ operation, status, type, itemid, userid }: OperationFilters): string {
  if (itemid) return 'IDX_backup_controllers_item';
  if (operation && status) return 'IDX_backup_controllers_operation_status';
  if (status && status !== OperationStatus.FINISHED_OK) return 'IDX_backup_controllers_status';
  if (userid !== undefined) return 'IDX_backup_controllers_user';
  if (operation) return 'IDX_backup_controllers_operation';
  if (status) return 'IDX_backup_controllers_status';
  if (type) return 'IDX_backup_controllers_type';
  return 'PRIMARY';
}
