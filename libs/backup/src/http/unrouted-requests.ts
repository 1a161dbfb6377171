import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { HTTP_OPTIONS, type ResolvedHttpOptions } from './http.options.js';
import { parserProblem, problemDetails } from './problem.js';
import { respondWithProblem } from './problem-response.js';
import { registeredRoutes } from './registered-routes.js';
import type { BackupRequest } from './request.js';
import { urlsBelow, urlsOf } from './urls-below.js';

type Next = (error?: unknown) => void;

/**
 * Answers what no route gets to see with problem details too: paths and methods that there are not, and bodies that the
 * application cannot parse. Of applications on Express, and below the path of the routes alone.
 */
@Injectable()
export class UnroutedRequests implements OnModuleInit {
  private readonly urls: RegExp;

  constructor(
    @Inject(HTTP_OPTIONS) options: ResolvedHttpOptions,
    private readonly modules: ModulesContainer,
    private readonly host: HttpAdapterHost,
  ) {
    this.urls = urlsBelow(options.path);
  }

  /** Behind the routes of all modules, and before what Nest itself answers. */
  onModuleInit(): void {
    // there is none in a program without a server
    const adapter = this.host.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    if (adapter?.getType() !== 'express') {
      return;
    }
    const routes = registeredRoutes(this.modules).map(({ method, path }) => ({ method, urls: urlsOf(path) }));
    adapter.use((request: BackupRequest, response: ServerResponse, next: Next) => {
      if (!this.urls.test(request.originalUrl)) {
        next();
        return;
      }
      const known = routes.filter(({ urls }) => urls.test(request.originalUrl)).map(({ method }) => method);
      refuse(request, response, [...new Set(known)]);
    });
    // by the number of its parameters Express knows that it is for errors
    adapter.use((error: unknown, request: BackupRequest, response: ServerResponse, next: Next) => {
      const problem = this.urls.test(request.originalUrl) ? parserProblem(error) : null;
      if (problem === null || response.headersSent) {
        next(error);
      } else {
        respondWithProblem(response, problem);
      }
    });
  }
}

/** @param methods those that the path takes */
function refuse({ method = '' }: IncomingMessage, response: ServerResponse, methods: readonly string[]): void {
  if (methods.length === 0) {
    const detail = 'There is no such route: see the paths in the documentation of the REST routes.';
    respondWithProblem(response, problemDetails('route_not_found', detail));
    return;
  }
  const allowed = methods.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name])).join(', ');
  const detail = `This path does not take ${method}: use ${allowed}.`;
  respondWithProblem(response, problemDetails('method_not_allowed', detail), { Allow: allowed });
}
