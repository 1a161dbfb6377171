import { signatureHeaders, webhookKey } from './webhook-signature.js';

describe('Signatures of webhooks', () => {
  it('are those of the example of Standard Webhooks', () => {
    const key = webhookKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const sentAt = new Date(1614265330_999);
    expect(signatureHeaders(key, 'msg_p5jXN8AQM9LWM0D4loKWxJek', sentAt, '{"test": 2432232314}')).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it.each([
    '',
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_',
    'whsec_c2hvcnQ=',
    'whsec_not base64 at all!',
    `whsec_${'A'.repeat(200)}`,
  ])('refuse the secret %j, and do not repeat it', (secret) => {
    expect(() => webhookKey(secret)).toThrow(/must be whsec_ and 24 to 64 bytes in base64/);
  });
});
