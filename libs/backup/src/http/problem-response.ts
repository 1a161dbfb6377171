import type { ServerResponse } from 'node:http';
import { PROBLEM_TYPE } from './media-types.js';
import type { ProblemDetails } from './problem.js';

/** Answers a request that no route has. */
export function respondWithProblem(
  response: ServerResponse,
  problem: ProblemDetails,
  headers: Readonly<Record<string, string>> = {},
  onSent?: () => void,
): void {
  const body = Buffer.from(JSON.stringify(problem));
  response
    .writeHead(problem.status, { 'Content-Type': PROBLEM_TYPE, 'Content-Length': body.length, ...headers })
    .end(body, onSent);
}
