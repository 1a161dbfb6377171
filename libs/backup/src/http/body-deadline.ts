import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { HTTP_OPTIONS, type ResolvedHttpOptions } from './http.options.js';
import { TAR_TYPE } from './media-types.js';
import { problemDetails } from './problem.js';
import { respondWithProblem } from './problem-response.js';
import { contentTypeOf, hasBody } from './request.js';
import { urlsBelow } from './urls-below.js';

/**
 * Ends requests whose body takes too long. Applications parse bodies before there is a route, a guard or an interceptor,
 * so this listens to the server itself, to the paths of the routes alone. Of archives `uploadIdleSeconds` decides.
 */
@Injectable()
export class BodyDeadline implements OnModuleInit {
  private readonly urls: RegExp;

  constructor(
    @Inject(HTTP_OPTIONS) private readonly options: ResolvedHttpOptions,
    private readonly host: HttpAdapterHost,
  ) {
    this.urls = urlsBelow(options.path);
  }

  onModuleInit(): void {
    // there is neither in a program without a server
    const adapter = this.host.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    const server = adapter?.getHttpServer() as Server | undefined;
    server?.prependListener('request', (request, response) => {
      if (this.urls.test(request.url ?? '') && hasBody(request) && !isArchive(request)) {
        this.watch(request, response);
      }
    });
  }

  private watch(request: IncomingMessage, response: ServerResponse): void {
    const { bodySeconds } = this.options;
    const timer = setTimeout(() => {
      if (!request.complete) {
        endUnread(request, response, bodySeconds);
      }
    }, bodySeconds * 1000).unref();
    // a request closes with its answer too, while its body may still be on its way
    request.once('close', () => {
      if (request.complete) {
        clearTimeout(timer);
      }
    });
  }
}

function isArchive(request: IncomingMessage): boolean {
  return contentTypeOf(request) === TAR_TYPE && /\/import\/?(?:\?|$)/i.test(request.url ?? '');
}

function endUnread(request: IncomingMessage, response: ServerResponse, seconds: number): void {
  const hangUp = (): void => {
    request.socket.destroy();
  };
  if (response.headersSent) {
    hangUp();
    return;
  }
  const problem = problemDetails(
    'request_timeout',
    `The body did not come within ${String(seconds)} s: nothing was done; send it again.`,
  );
  respondWithProblem(response, problem, { Connection: 'close' }, hangUp);
}
