import { z } from 'zod';
import { secretSourceSchema, type SecretSource } from '../encryption/secret-source.js';
import { isMailAddress, isOneLine } from './mail-addresses.js';
import { WEBHOOK_SECRET } from './notification.errors.js';
import { hostOf } from './webhook-addresses.js';
import { isWebhookSecret } from './webhook-signature.js';

/** Who is told of what happens to backups. Needs nothing of the application but this. */
export interface NotificationOptions {
  /** Default: none; `notification_email` of a schedule needs it too. */
  readonly mail?: MailOptions;
  /** Default: none. */
  readonly webhook?: WebhookOptions;
  /** Seconds that one attempt to send may take. Default: 10. */
  readonly timeLimit?: number;
  /** Seconds to wait before each further attempt. Default: 1, 5 and 25: four attempts in all. */
  readonly retryAfter?: readonly number[];
  /** Minutes between looks at the health of backups, for mails about it and the digest. Default: 15. */
  readonly checkEvery?: number;
}

/** Mail through nodemailer, which has to be installed. */
export interface MailOptions {
  /** `smtp://user:password@mail.example.org:587`, or `smtps://` for TLS from the start; or where that text comes from. */
  readonly transport: string | SecretSource;
  /**
   * With `smtp://`: whether a server without STARTTLS is refused, before it is told an account. Default: true where `transport`
   * has an account and the server is not on this machine; else TLS is used where the server offers it.
   */
  readonly requireTls?: boolean;
  /** Certificates (PEM) that the server's has to be signed by. Default: those that Node trusts. */
  readonly ca?: string;
  /** The sender: `backup@example.org`. */
  readonly from: string;
  /** Who gets every mail. Default: nobody but whom a schedule names for its own backups. */
  readonly to?: string | readonly string[];
  /** A mail each day or ISO week (of `retention.timeZone`) about all backups. Default: none. */
  readonly digest?: 'daily' | 'weekly';
  /**
   * Minutes for which failures of one kind, such as of one schedule, are counted and not mailed after a mail of one; the next
   * mail tells how many there were. Default: 60; 0 mails of each.
   */
  readonly repeatAfter?: number;
}

/** Signed JSON by POST, as Standard Webhooks lays down (https://www.standardwebhooks.com). */
export interface WebhookOptions {
  /** `https://...`; `http://` only where private addresses are allowed. */
  readonly url: string;
  /** `whsec_` and 24 to 64 bytes in base64, as Standard Webhooks has it; or where that text comes from. */
  readonly secret: string | SecretSource;
  /** Hosts that may be called, as they stand in a URL. Default: the one of `url`. */
  readonly allowedHosts?: readonly string[];
  /** Certificates (PEM) that the server's has to be signed by. Default: those that Node trusts. */
  readonly ca?: string;
  /** Also call addresses that are not public: the own machine, private networks. Default: false. */
  readonly allowPrivateAddresses?: boolean;
}

/** Options with every default filled in. Times are milliseconds. */
export interface ResolvedNotifications {
  readonly mail: ResolvedMail | null;
  readonly webhook: ResolvedWebhook | null;
  readonly timeLimit: number;
  readonly retryAfter: readonly number[];
  readonly checkEvery: number;
}

export interface ResolvedMail {
  readonly transport: string | SecretSource;
  /** Undefined: as the transport asks for. */
  readonly requireTls?: boolean;
  readonly ca?: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly digest: 'daily' | 'weekly' | null;
  readonly repeatAfter: number;
}

export interface ResolvedWebhook {
  readonly url: string;
  readonly secret: string | SecretSource;
  readonly allowedHosts: readonly string[];
  readonly ca?: string;
  readonly allowPrivateAddresses: boolean;
}

const address = z.string().refine(isMailAddress, 'is not a mail address');
const secret = z.union([z.string().refine(isWebhookSecret, WEBHOOK_SECRET), secretSourceSchema]);

const certificates = z
  .string()
  .regex(/-----BEGIN CERTIFICATE-----/, 'must be certificates in PEM: -----BEGIN CERTIFICATE-----')
  .optional();

const mail = z.strictObject({
  transport: z.union([
    z.string().regex(/^smtps?:\/\/[^\s/]+/, 'must be a URL such as smtp://user:password@mail.example.org:587'),
    secretSourceSchema,
  ]),
  requireTls: z.boolean().optional(),
  ca: certificates,
  from: z.string().refine(isOneLine, 'must be one line').min(3),
  to: z
    .union([address, z.array(address)])
    .default([])
    .transform((to): readonly string[] => (typeof to === 'string' ? [to] : to)),
  digest: z
    .enum(['daily', 'weekly'])
    .optional()
    .transform((digest) => digest ?? null),
  repeatAfter: z
    .number()
    .min(0)
    .max(10_080)
    .default(60)
    .transform((minutes) => minutes * 60_000),
});

const webhook = z
  .strictObject({
    url: z.url({ protocol: /^https?$/, error: 'must be an https:// URL' }),
    secret,
    allowedHosts: z.array(z.string().min(1)).optional(),
    ca: certificates,
    allowPrivateAddresses: z.boolean().default(false),
  })
  .refine(({ url }) => new URL(url).username === '' && new URL(url).password === '', 'url must not hold an account')
  .refine(
    ({ url, allowPrivateAddresses }) => url.startsWith('https:') || allowPrivateAddresses,
    'url must begin with https://: http:// is for private addresses alone, with allowPrivateAddresses',
  )
  .refine(
    ({ url, allowedHosts }) => allowedHosts === undefined || allowedHosts.map(hostOf).includes(new URL(url).hostname),
    'url is not of a host in allowedHosts',
  )
  .transform(({ allowedHosts, ...rest }): ResolvedWebhook => ({
    ...rest,
    allowedHosts: allowedHosts?.map(hostOf) ?? [new URL(rest.url).hostname],
  }));

export const notificationSchema = z
  .strictObject({
    mail: mail.optional(),
    webhook: webhook.optional(),
    timeLimit: z.number().positive().max(300).default(10),
    retryAfter: z.array(z.number().min(0).max(3600)).max(10).default([1, 5, 25]),
    checkEvery: z.number().min(1).max(1440).default(15),
  })
  .transform((options): ResolvedNotifications => ({
    mail: options.mail ?? null,
    webhook: options.webhook ?? null,
    timeLimit: options.timeLimit * 1000,
    retryAfter: options.retryAfter.map((seconds) => seconds * 1000),
    checkEvery: options.checkEvery * 60_000,
  }));
