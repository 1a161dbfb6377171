import type { IncomingMessage } from 'node:http';
import type { CanActivate, ModuleMetadata, Type } from '@nestjs/common';
import { BackupError } from '../errors/backup.error.js';
import type { BackupAction } from './route.js';

/** Injection token of the {@link ResolvedHttpOptions}. */
export const HTTP_OPTIONS = Symbol('HTTP_OPTIONS');

/** REST routes of the module. */
export interface HttpOptions {
  /** Where the routes are, below the application's global prefix: `admin/backups`. */
  readonly path: string;
  /**
   * Guards that every route asks, in this order: classes, which Nest makes with what they inject, or objects. `'none'`
   * opens the routes to everybody who reaches the server.
   */
  readonly guards: readonly (Type<CanActivate> | CanActivate)[] | 'none';
  /** Modules whose providers the guards inject. Default: none; what is global is there in any case. */
  readonly imports?: ModuleMetadata['imports'];
  /** Who asks. Default: `id` and `name` of `request.user`, where guards put it. */
  readonly user?: (request: IncomingMessage) => HttpUser | null;
  /**
   * A second check, after the guards, before a backup is restored, taken back, downloaded or deleted, and before a cleanup: a code from a
   * telephone, four eyes. False or an error refuses. Default: none.
   */
  readonly confirm?: (request: ConfirmationRequest) => Promise<boolean> | boolean;
  /** The largest archive that can be sent, bytes. Default: 16 GiB. */
  readonly maxUploadBytes?: number;
  /** Seconds within which the body of a request has to be there, unless it is an archive. Default: 30. */
  readonly bodySeconds?: number;
  /** Seconds for which the sender of an archive may be silent. Default: 30. */
  readonly uploadIdleSeconds?: number;
  /** Hours for which the answer to a request with an `Idempotency-Key` is remembered. Default: 24. */
  readonly idempotencyHours?: number;
}

/** The host's user behind a request. */
export interface HttpUser {
  /** Kept in `initiated_by`. Default: none. */
  readonly id?: number;
  /** For the audit trail. Default: the id. */
  readonly name?: string;
}

/** What is about to happen. */
export interface ConfirmationRequest {
  readonly action: BackupAction;
  /** Null for a cleanup, which is about all of them. */
  readonly backupId: number | null;
  readonly user: HttpUser | null;
  /** For whatever else the host wants to know, such as a header. */
  readonly request: IncomingMessage;
}

/** Options with every default filled in. */
export type ResolvedHttpOptions = Required<Omit<HttpOptions, 'confirm'>> & {
  readonly confirm: NonNullable<HttpOptions['confirm']> | null;
};

const PATH = /^[A-Za-z0-9_~-]+(?:\/[A-Za-z0-9_~-]+)*$/;

/** @throws BackupError `invalid_option`, so that no application starts with routes that nobody guards */
export function resolveHttpOptions(options: HttpOptions): ResolvedHttpOptions {
  const {
    path,
    guards,
    imports = [],
    user = userOfGuards,
    confirm = null,
    maxUploadBytes = 16 * 1024 ** 3,
    bodySeconds = 30,
    uploadIdleSeconds = 30,
    idempotencyHours = 24,
  } = options as Partial<HttpOptions>;
  const plainPath = path?.replace(/^\/+|\/+$/g, '') ?? '';
  if (!PATH.test(plainPath)) {
    throw new BackupError(
      'invalid_option',
      `BackupModule option http.path: ${JSON.stringify(path)} is not a path: use one such as admin/backups.`,
    );
  }
  if (!isGuards(guards)) {
    throw new BackupError(
      'invalid_option',
      "BackupModule option http.guards: the routes restore and delete data, so name the guards that protect them, or 'none' to open them to everybody.",
    );
  }
  const numbers = { maxUploadBytes, bodySeconds, uploadIdleSeconds, idempotencyHours };
  for (const [name, value] of Object.entries(numbers)) {
    assertPositive(name, value);
  }
  return { path: plainPath, guards, imports, user, confirm, ...numbers };
}

function assertPositive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new BackupError(
      'invalid_option',
      `BackupModule option http.${name}: ${String(value)} is not a number above 0: use one, or leave the option out.`,
    );
  }
}

function isGuards(guards: HttpOptions['guards'] | undefined): guards is HttpOptions['guards'] {
  // what an import cycle left undefined guards nothing
  const present = Array.isArray(guards) ? guards.filter((guard: unknown) => guard !== null && guard !== undefined) : [];
  return guards === 'none' || (present.length > 0 && present.length === guards?.length);
}

/** What most guards do: a user at `request.user`. */
function userOfGuards(request: IncomingMessage): HttpUser | null {
  const user: unknown = 'user' in request ? request.user : null;
  if (typeof user !== 'object' || user === null) {
    return null;
  }
  const id = 'id' in user && Number.isSafeInteger(Number(user.id)) ? Number(user.id) : undefined;
  const name = 'name' in user && typeof user.name === 'string' ? user.name : undefined;
  return { id, name };
}
