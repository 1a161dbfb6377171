import {
  Controller,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type ModuleMetadata,
  type Provider,
  type Type,
} from '@nestjs/common';
import { ArchivesController } from './archives.controller.js';
import { AuditInterceptor } from './audit.interceptor.js';
import { BackupsController } from './backups.controller.js';
import { CleanupController } from './cleanup.controller.js';
import { ConfirmationInterceptor } from './confirmation.interceptor.js';
import { HTTP_OPTIONS, resolveHttpOptions, type HttpOptions, type ResolvedHttpOptions } from './http.options.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { InputInterceptor } from './input.interceptor.js';
import { KeysController } from './keys.controller.js';
import { BodyDeadline } from './body-deadline.js';
import { OperationEvents } from './operation-events.js';
import { OperationsController } from './operations.controller.js';
import { OverviewController } from './overview.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { RequestAudit } from './request-audit.js';
import { RouteGuard } from './route.guard.js';
import { SchedulesController } from './schedules.controller.js';
import { StartedOperations } from './started-operations.js';
import { UnroutedRequests } from './unrouted-requests.js';
import { VALIDATION_PIPE } from './validation.pipe.js';

/** In the order they are asked: `:id` of the last would take the paths of the others for an id. */
const CONTROLLERS: readonly (readonly [controller: Type, below: string])[] = [
  [OverviewController, ''],
  [OperationsController, 'operations'],
  [SchedulesController, 'schedules'],
  [KeysController, 'keys'],
  [CleanupController, 'cleanup'],
  [ArchivesController, ''],
  [BackupsController, ''],
];

/** What the module gets when its routes are on. */
export interface HttpParts {
  readonly controllers: Type[];
  readonly providers: Provider[];
  readonly imports: NonNullable<ModuleMetadata['imports']>;
}

/** @throws BackupError `invalid_option` */
export function httpParts(given: HttpOptions): HttpParts {
  const options = resolveHttpOptions(given);
  return {
    controllers: CONTROLLERS.map(([controller, below]) => register(controller, below, options)),
    providers: [
      { provide: HTTP_OPTIONS, useValue: options },
      RequestAudit,
      StartedOperations,
      OperationEvents,
      BodyDeadline,
      UnroutedRequests,
    ],
    imports: [...options.imports],
  };
}

/** Path and guards belong to a registration, so each has classes of its own. */
function register(controller: Type, below: string, { path, guards }: ResolvedHttpOptions): Type {
  const Registered = class extends controller {};
  Object.defineProperty(Registered, 'name', { value: controller.name });
  const decorators = [
    Controller([path, below].filter((part) => part !== '').join('/')),
    UseGuards(RouteGuard, ...(guards === 'none' ? [] : guards)),
    UseInterceptors(AuditInterceptor, InputInterceptor, IdempotencyInterceptor, ConfirmationInterceptor),
    UsePipes(VALIDATION_PIPE),
    UseFilters(ProblemFilter),
  ];
  decorators.forEach((decorate) => {
    decorate(Registered);
  });
  return Registered;
}
