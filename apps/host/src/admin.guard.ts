import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable, UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common';

import { ENVIRONMENT, type Environment } from './environment.js';

/** Lets in who sends `Authorization: Bearer` with the ADMIN_TOKEN; nobody while none is set. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(@Inject(ENVIRONMENT) private readonly environment: Environment) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<IncomingMessage & { user?: unknown }>();
    const [, token] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (!this.isAdminToken(token)) {
      context.switchToHttp().getResponse<ServerResponse>().setHeader('WWW-Authenticate', 'Bearer');
      throw new UnauthorizedException('Send the administration token: Authorization: Bearer, and then ADMIN_TOKEN.');
    }
    request.user = { name: 'admin' };
    return true;
  }

  private isAdminToken(token: string | undefined): boolean {
    const { adminToken } = this.environment;
    return token !== undefined && adminToken !== undefined && timingSafeEqual(digest(token), digest(adminToken));
  }
}

/** Of one length, whatever the length of the text. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
