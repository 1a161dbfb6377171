import { applyDecorators, HttpCode, SetMetadata } from '@nestjs/common';
import type { z } from 'zod';
import type { ProblemCode } from './problem.js';

/** What a route does. Guards read it with `Reflector.get(BACKUP_ACTION, context.getHandler())`, for roles. */
export type BackupAction =
  | 'list'
  | 'show'
  | 'create'
  | 'verify'
  | 'preview'
  | 'restore'
  | 'undo'
  | 'restores'
  | 'pin'
  | 'unpin'
  | 'delete'
  | 'download'
  | 'import'
  | 'import-sets'
  | 'operations'
  | 'operation'
  | 'operation-log'
  | 'operation-events'
  | 'change-operation'
  | 'confirm-operation'
  | 'cancel'
  | 'schedules'
  | 'schedule'
  | 'add-schedule'
  | 'change-schedule'
  | 'remove-schedule'
  | 'run-schedule'
  | 'next-runs'
  | 'cleanup-plan'
  | 'cleanup'
  | 'keys'
  | 'add-key'
  | 'retire-key'
  | 'stats'
  | 'doctor'
  | 'audit';

/** Metadata key of a handler's {@link BackupAction}. */
export const BACKUP_ACTION = 'nestjs-backup:action';
/** Metadata key of a handler's {@link RouteDescription}. */
export const ROUTE = 'nestjs-backup:route';

/** What is known of a route beside what Nest's own decorators say. */
export interface RouteDescription {
  readonly action: BackupAction;
  /** One line for people who read the API. */
  readonly summary: string;
  /** Whether it changes something, or gives data away: then it leaves a line in the audit trail. */
  readonly audited: boolean;
  /** Whether the host is asked once more. */
  readonly confirmed?: true;
  /** Whether a request with an `Idempotency-Key` is carried out once, however often it is sent. */
  readonly isRepeatable?: true;
  /** Media type of the request's body, where it is not JSON. */
  readonly mediaType?: string;
  /** Headers that it looks at beside the usual ones, and what for. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  readonly answer: RouteAnswer;
  /** How it can fail, beside what any route can. */
  readonly problems: readonly ProblemCode[];
}

export interface RouteAnswer {
  readonly status: number;
  readonly description: string;
  /** Other statuses of success, with the same kind of body. */
  readonly also?: readonly (readonly [status: number, description: string])[];
  /** Body; none for one that is no JSON. */
  readonly schema?: z.ZodType;
  /** Media type of a body that is no JSON. */
  readonly mediaType?: string;
  /** Names and meanings of headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Says what a handler is for, beside Nest's `@Get()` and the like. */
export function Route(description: RouteDescription): MethodDecorator {
  return applyDecorators(
    SetMetadata(BACKUP_ACTION, description.action),
    SetMetadata(ROUTE, description),
    HttpCode(description.answer.status),
  );
}
