import type { IncomingMessage } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import type { HttpUser } from './http.options.js';
import { ROUTE, type RouteDescription } from './route.js';

/** What Express, and Fastify with its raw request, add to Node's. */
export interface BackupRequest extends IncomingMessage {
  readonly originalUrl: string;
  readonly ip?: string;
  readonly params: Readonly<Record<string, string>>;
}

/** A request that got as far as one of the routes. */
export interface RoutedRequest {
  readonly route: RouteDescription;
  /** Path without the query. */
  readonly path: string;
  /** Path that the routes are below, with the application's prefix. */
  readonly base: string;
}

const ROUTED = new WeakMap<IncomingMessage, RoutedRequest>();

/** Remembers which route a request is for: exception filters are told nothing but the request. */
export function rememberRoute(context: ExecutionContext, basePath: string): void {
  const request = context.switchToHttp().getRequest<BackupRequest>();
  const route = Reflect.getMetadata(ROUTE, context.getHandler()) as RouteDescription;
  const path = request.originalUrl.split('?', 1)[0];
  const end = path.toLowerCase().indexOf(`/${basePath.toLowerCase()}`) + basePath.length + 1;
  ROUTED.set(request, { route, path, base: path.slice(0, end) });
}

/** Undefined before {@link rememberRoute}. */
export function routedRequest(request: IncomingMessage): RoutedRequest | undefined {
  return ROUTED.get(request);
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Media type of the body, without parameters; empty where none is named. */
export function contentTypeOf({ headers }: IncomingMessage): string {
  return headers['content-type']?.split(';', 1)[0].trim().toLowerCase() ?? '';
}

/** `7`, `Ann`, `7 (Ann)`, or null. */
export function describeUser(user: HttpUser | null): string | null {
  if (user?.id === undefined) {
    return user?.name ?? null;
  }
  return user.name === undefined ? String(user.id) : `${String(user.id)} (${user.name})`;
}
