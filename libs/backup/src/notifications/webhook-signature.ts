import { createHmac } from 'node:crypto';
import { invalidWebhookSecret } from './notification.errors.js';

/**
 * The bytes of a secret such as `whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw`.
 *
 * @throws BackupError `invalid_option`
 */
export function webhookKey(secret: string): Buffer {
  if (!isWebhookSecret(secret)) {
    throw invalidWebhookSecret();
  }
  return bytesOf(secret);
}

export function isWebhookSecret(text: string): boolean {
  const { length } = bytesOf(text);
  return /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text) && length >= 24 && length <= 64;
}

function bytesOf(secret: string): Buffer {
  return Buffer.from(secret.slice('whsec_'.length), 'base64');
}

/**
 * The headers that let the receiver know who sent a body, and when.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signatureHeaders(key: Buffer, id: string, sentAt: Date, body: string): Record<string, string> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
