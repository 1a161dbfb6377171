import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PermanentFailure } from './notification.errors.js';
import type { ResolvedWebhook } from './notification-options.js';
import { postWebhook, type ResolvedAddress } from './webhook-request.js';

const LOOPBACK: ResolvedAddress = { address: '127.0.0.1', family: 4 };

describe('postWebhook', () => {
  let server: Server;
  let answer: RequestListener;
  let received: { request: IncomingMessage; body: string }[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        received.push({ request, body });
        answer(request, response);
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });

  afterAll(() => new Promise((closed) => server.close(closed)));

  beforeEach(() => {
    received = [];
    answer = (_request, response) => response.end('thanks');
  });

  const port = (): number => (server.address() as AddressInfo).port;

  const webhook = (more: Partial<ResolvedWebhook> = {}): ResolvedWebhook => ({
    url: `http://hooks.example.org:${String(port())}/backups?for=shop`,
    secret: 'unused here',
    allowedHosts: ['hooks.example.org'],
    allowPrivateAddresses: true,
    ...more,
  });

  const post = (settings: ResolvedWebhook, ...addresses: ResolvedAddress[]): Promise<void> =>
    postWebhook(settings, '{"a":"ü"}', { 'webhook-id': 'msg_1' }, AbortSignal.timeout(20_000), undefined, () =>
      Promise.resolve(addresses),
    );

  it('posts JSON with its headers to the address that it was given', async () => {
    await post(webhook(), LOOPBACK);
    const [{ request, body }] = received;
    expect(body).toBe('{"a":"ü"}');
    expect(request.method).toBe('POST');
    expect(request.url).toBe('/backups?for=shop');
    expect(request.headers).toMatchObject({
      host: `hooks.example.org:${String(port())}`,
      'content-type': 'application/json',
      'content-length': '10',
      'webhook-id': 'msg_1',
    });
  });

  it('asks for the address once, so that another answer later makes no difference', async () => {
    const resolve = jest.fn().mockResolvedValueOnce([LOOPBACK]).mockRejectedValue(new Error('asked twice'));
    await postWebhook(webhook(), '{}', {}, AbortSignal.timeout(20_000), undefined, resolve);
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(received).toHaveLength(1);
  });

  it.each([
    ['127.0.0.1', 4],
    ['169.254.169.254', 4],
    ['::ffff:127.0.0.1', 6],
    ['::1', 6],
  ])('does not call a host whose address is %s', async (address, family) => {
    const settings = webhook({ allowPrivateAddresses: false });
    await expect(post(settings, { address, family })).rejects.toThrow(PermanentFailure);
    // nor one that has such an address among others
    const [first, second] = [
      { address: '8.8.8.8', family: 4 },
      { address, family },
    ];
    await expect(post(settings, first, second)).rejects.toThrow(`${address}, which is not public`);
    expect(received).toEqual([]);
  });

  it.each(['127.0.0.1', '2130706433', '0x7f000001', '127.1', '[::1]', '[::ffff:127.0.0.1]'])(
    'does not call %s, however it is spelled',
    async (host) => {
      const url = new URL(`http://${host}:${String(port())}/`);
      const settings = webhook({ url: url.href, allowedHosts: [url.hostname], allowPrivateAddresses: false });
      await expect(post(settings)).rejects.toThrow('which is not public');
      expect(received).toEqual([]);
    },
  );

  it('does not call a host that is not allowed', async () => {
    await expect(post(webhook({ allowedHosts: ['example.org'] }), LOOPBACK)).rejects.toThrow(PermanentFailure);
    expect(received).toEqual([]);
  });

  it('does not follow a redirect', async () => {
    answer = (_request, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${String(port())}/x` }).end();
    await expect(post(webhook(), LOOPBACK)).rejects.toThrow('it answered 307, and redirects are not followed');
    expect(received).toHaveLength(1);
  });

  it.each([
    [400, true],
    [404, true],
    [410, true],
    [408, false],
    [429, false],
    [500, false],
    [503, false],
  ])('takes the answer %i for a failure that stays: %s', async (status, isPermanent) => {
    answer = (_request, response) => response.writeHead(status).end();
    const error: unknown = await post(webhook(), LOOPBACK).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: `it answered ${String(status)}` });
    expect(error instanceof PermanentFailure).toBe(isPermanent);
  });

  it('reads no more of an answer than it must', async () => {
    const cut = new Promise((closed) => {
      answer = (_request, response) => {
        response.on('close', closed);
        response.writeHead(200);
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
          response.once('drain', more);
        };
        more();
      };
    });
    await post(webhook(), LOOPBACK);
    await cut;
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    answer = () => {
      abort.abort(new Error('it took too long'));
    };
    const resolve = (): Promise<ResolvedAddress[]> => Promise.resolve([LOOPBACK]);
    await expect(postWebhook(webhook(), '{}', {}, abort.signal, undefined, resolve)).rejects.toThrow(/abort/i);
    server.closeAllConnections();
  });
});
