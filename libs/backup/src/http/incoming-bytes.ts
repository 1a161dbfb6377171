import type { IncomingMessage } from 'node:http';
import { RequestProblem } from './problem.js';

/**
 * The body of a request, unless its sender is silent for too long. The request is not destroyed when reading ends early:
 * its sender is to be told why.
 *
 * @throws RequestProblem `request_timeout`
 */
export async function* incomingBytes(request: IncomingMessage, idleMilliseconds: number): AsyncGenerator<Buffer> {
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
  for (;;) {
    const { promise: silence, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(
        new RequestProblem(
          'request_timeout',
          `Nothing came for ${String(idleMilliseconds / 1000)} s: nothing was kept; send it again.`,
        ),
      );
    }, idleMilliseconds);
    try {
      const next = await Promise.race([chunks.next(), silence]);
      if (next.done === true) {
        return;
      }
      yield next.value;
    } finally {
      clearTimeout(timer);
    }
  }
}
