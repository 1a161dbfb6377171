import { parseIdempotencyKey } from './idempotency-key.js';

const UUID = '8e03978e-40d5-43dd-bc93-6894a57f9324';

describe('The key in an Idempotency-Key header', () => {
  it.each([
    [`"${UUID}"`, UUID],
    [UUID, UUID],
    [` "a b" `, 'a b'],
    [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
  ])('is that of %j', (header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key);
  });

  it.each(['', '""', '"a', 'a"', '"a", "b"', 'a b', '"a";x=1', '"a\\"b"', '"é"', '"\n"', `"${'x'.repeat(256)}"`])(
    'is not found in %j',
    (header) => {
      expect(() => parseIdempotencyKey(header)).toThrow('use a UUID');
    },
  );
});
