import { RequestProblem } from './problem.js';

/** A string of structured fields (RFC 9651), or as many clients send it: the characters of a UUID, without quotes. */
const KEY = /^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([A-Za-z0-9_-]{1,255}))$/;

/** The key in an `Idempotency-Key` header. @throws RequestProblem `validation_failed` */
export function parseIdempotencyKey(header: string): string {
  const [, quoted, bare] = (KEY.exec(header.trim()) ?? []) as (string | undefined)[];
  const key = quoted ?? bare;
  if (key === undefined) {
    throw new RequestProblem(
      'validation_failed',
      'The request is not valid: Idempotency-Key is one string in double quotes, of 1 to 255 characters: use a UUID.',
    );
  }
  return key;
}
