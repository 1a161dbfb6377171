import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A web server that keeps objects in memory, as those do that drivers are written for. */
export interface WebServer {
  /** Without an account. */
  readonly url: string;
  /** What requests need in `Authorization: Bearer`. */
  readonly token: string;
  readonly objects: Map<string, Buffer>;
  /** From now on every request is answered so; null: as usual. */
  answerWith(status: number | null): void;
  close(): Promise<void>;
}

export async function startWebServer(): Promise<WebServer> {
  const objects = new Map<string, Buffer>();
  const times = new Map<string, Date>();
  const token = randomUUID();
  let refusal: number | null = null;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const key = url.pathname.replace('/backups/', '');
    const listed = url.searchParams.get('list');
    const found = objects.get(key);
    if (refusal !== null || request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(refusal ?? 401);
    } else if (request.method === 'PUT') {
      // rejects when the client goes away in the middle, so that only whole objects are kept
      const body = await buffer(request);
      objects.set(key, body);
      times.set(key, new Date());
      response.writeHead(201);
    } else if (listed !== null) {
      const below = [...objects].filter(([name]) => listed === '' || name.startsWith(`${listed}/`));
      response.end(JSON.stringify(below.map(([name, { length }]) => describe(name, length))));
    } else if (request.method === 'DELETE') {
      response.writeHead(objects.delete(key) ? 204 : 404);
    } else if (found === undefined) {
      response.writeHead(404);
    } else {
      const modified = (times.get(key) ?? new Date()).toUTCString();
      response.writeHead(200, { 'content-length': found.length, 'last-modified': modified });
      if (request.method === 'GET') response.write(found);
    }
    response.end();
  };
  const describe = (key: string, size: number): object => ({ key, size, modifiedAt: times.get(key) });

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/backups`,
    token,
    objects,
    answerWith(status) {
      refusal = status;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
