import { lookup as systemLookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { PermanentFailure } from './notification.errors.js';
import type { ResolvedWebhook } from './notification-options.js';
import { isPublicAddress } from './webhook-addresses.js';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Finds the addresses of a host. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

const resolveBySystem: Resolve = (host) => systemLookup(host, { all: true });

/** Bytes of an answer that are read before the connection is cut. */
const MOST_ANSWER = 64 * 1024;
/** Answers that say that another attempt may succeed. */
const WORTH_ANOTHER = new Set([408, 425, 429]);

/**
 * Posts a body once. The host is resolved once, and that very address connected to: what the name stands for later
 * makes no difference.
 *
 * @throws PermanentFailure for a host or an address that may not be called, a redirect, and most 4xx
 */
export async function postWebhook(
  { url, allowedHosts, ca, allowPrivateAddresses }: ResolvedWebhook,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  onAnswer: () => void = () => undefined,
  resolve: Resolve = resolveBySystem,
): Promise<void> {
  const { hostname, protocol } = new URL(url);
  if (!allowedHosts.includes(hostname)) {
    throw new PermanentFailure(`host ${hostname} is not among the allowed ones`);
  }
  const found = await addressesOf(hostname, resolve);
  const refused = allowPrivateAddresses ? undefined : found.find(({ address }) => !isPublicAddress(address));
  if (refused !== undefined) {
    throw new PermanentFailure(
      `host ${hostname} has the address ${refused.address}, which is not public: set allowPrivateAddresses to call it`,
    );
  }
  const [chosen] = found;
  const lookup: LookupFunction = (_host, options, callback) => {
    if (options.all === true) {
      callback(null, [chosen]);
    } else {
      callback(null, chosen.address, chosen.family);
    }
  };
  const status = await new Promise<number>((settle, fail) => {
    const request = (protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      agent: false,
      ca,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'nestjs-backup',
      },
      lookup,
      signal,
    });
    request.once('error', fail);
    request.once('response', (response) => {
      onAnswer();
      drain(response).then(settle, fail);
    });
    request.end(body);
  });
  assertTaken(status);
}

async function addressesOf(hostname: string, resolve: Resolve): Promise<readonly ResolvedAddress[]> {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(literal);
  const found = family === 0 ? await resolve(hostname) : [{ address: literal, family }];
  if (found.length === 0) {
    throw new Error(`host ${hostname} has no address`);
  }
  return found;
}

/** Reads an answer to its end, as far as it is short. */
async function drain(response: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_ANSWER) {
      break;
    }
  }
  response.destroy();
  return response.statusCode ?? 0;
}

function assertTaken(status: number): void {
  if (status >= 200 && status < 300) {
    return;
  }
  if (status >= 300 && status < 400) {
    throw new PermanentFailure(`it answered ${String(status)}, and redirects are not followed`);
  }
  const message = `it answered ${String(status)}`;
  throw status >= 400 && status < 500 && !WORTH_ANOTHER.has(status)
    ? new PermanentFailure(message)
    : new Error(message);
}
