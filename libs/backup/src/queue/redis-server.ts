import type { SecretSource } from '../encryption/secret-source.js';
import { secretText } from '../encryption/secret-source.js';
import { invalidConnection } from './queue.errors.js';

/** How long Redis may take to answer, milliseconds. */
export const ANSWER_WITHIN = 5000;
/** How long a worker waits at most before it tries to reach Redis again, milliseconds. */
const LONGEST_PAUSE = 5000;

/** Where Redis is. */
export interface RedisServer {
  readonly url: string;
  /** The same for people: without its account. */
  readonly shown: string;
}

/** @throws BackupError `invalid_option` */
export async function redisServer(
  connection: string | SecretSource,
  warn: (message: string) => void,
): Promise<RedisServer> {
  const url = await secretText(connection, 'queue connection', warn);
  const parsed = URL.parse(url);
  if (parsed === null || !/^rediss?:$/.test(parsed.protocol)) {
    throw invalidConnection();
  }
  return { url, shown: parsed.host };
}

/** For whoever asks something and wants to know at once when there is no answer. */
export function askingConnection({ url }: RedisServer): object {
  return { url, retryStrategy: () => null, connectTimeout: ANSWER_WITHIN, commandTimeout: ANSWER_WITHIN };
}

/** For whoever waits for work, and tries again for as long as it takes. */
export function waitingConnection({ url }: RedisServer): object {
  return {
    url,
    connectTimeout: ANSWER_WITHIN,
    maxRetriesPerRequest: null,
    retryStrategy: (attempt: number) => Math.min(250 * attempt, LONGEST_PAUSE),
  };
}
