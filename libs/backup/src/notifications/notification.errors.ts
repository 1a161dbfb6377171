import { BackupError, messageOf } from '../errors/backup.error.js';

/** A failure that another attempt would meet again. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
}

export function mailPackageMissing(cause: unknown): BackupError {
  return new BackupError(
    'invalid_option',
    'BackupModule option notifications.mail needs the package nodemailer: run npm install nodemailer.',
    { cause },
  );
}

export function invalidTransport(): BackupError {
  return new BackupError(
    'invalid_option',
    'BackupModule option notifications.mail.transport: is not a URL such as smtp://user:password@mail.example.org:587.',
  );
}

export const WEBHOOK_SECRET =
  'must be whsec_ and 24 to 64 bytes in base64; make one with: echo whsec_$(openssl rand -base64 32)';

export function invalidWebhookSecret(): BackupError {
  return new BackupError('invalid_option', `BackupModule option notifications.webhook.secret: ${WEBHOOK_SECRET}.`);
}

export function timeLimitOver(milliseconds: number): Error {
  return new Error(`it took longer than ${String(milliseconds / 1000)} s`);
}

/** @param milliseconds since all else was done */
export function unanswered(milliseconds: number): Error {
  return new Error(`nobody had answered ${String(milliseconds / 1000)} s after everything else was done`);
}

/** A message that may have come from a server, without what must not be told. */
export function withoutSecrets(error: unknown, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '***'), messageOf(error))
    .replaceAll(/\s+/g, ' ');
}
