import { z } from 'zod';

import { databaseTls, DatabaseTlsError, type DatabaseTls } from './database-tls.js';

/** Injection token of the {@link Environment}. */
export const ENVIRONMENT = Symbol('ENVIRONMENT');

/** The host's settings, read once from environment variables. Unset and empty variables are the same. */
export interface Environment {
  /** DATABASE_URL: `mysql://user:password@host:port/database` (or `mariadb://`), without parameters. */
  readonly databaseUrl: string;
  /** What the parameters `ssl-...` of DATABASE_URL say. */
  readonly databaseTls?: DatabaseTls;
  /** PORT: where the HTTP server listens. Default 3000. */
  readonly port: number;
  /** BACKUP_STORAGE_URL: where backups are kept, for example `file:///var/backups/host`. */
  readonly storageUrl?: string;
  /** BACKUP_DATABASES: more databases of the same server to back up, comma separated. */
  readonly databases: readonly string[];
  /** UPLOADS_PATH: folder of the uploaded files. */
  readonly uploadsPath?: string;
  /** CONFIG_PATHS: configuration files and folders to back up, comma separated. */
  readonly configPaths: readonly string[];
  /** BACKUP_ENCRYPTION_KEY: key that every backup is encrypted to: id or label, or age recipients, comma separated. */
  readonly encryptionKey: readonly string[];
  /** BACKUP_IDENTITY_FILE: file with the age identities that open encrypted backups. */
  readonly identityFile?: string;
  /** BACKUP_CACHE_PATH: private folder with what incremental backups need where there is no identity. */
  readonly cachePath?: string;
  /** SHUTDOWN_GRACE_SECONDS: for how long a server that is stopped lets its backups go on. */
  readonly shutdownGraceSeconds?: number;
  /** SMTP_URL: mail server for notifications, `smtp://user:password@host:587`. */
  readonly smtpUrl?: string;
  /** MAIL_FROM: sender of notifications. Default backup@localhost. */
  readonly mailFrom: string;
  /** MAIL_TO: who gets every notification, comma separated. */
  readonly mailTo: readonly string[];
  /** REDIS_URL: Redis server through which many of these applications share the work. */
  readonly redisUrl?: string;
  /** BACKUP_WORKER: `false` for one that only hands work over, to others at the same Redis. */
  readonly isWorker: boolean;
  /** ADMIN_TOKEN: bearer token that the administration routes ask for. */
  readonly adminToken?: string;
}

/** The environment cannot be used. The message is one line and names variables, never their values. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

export const DATABASE_URL_EXAMPLE = 'mysql://user:password@127.0.0.1:3306/archive';

const text = z.string().optional();
const url = z.url('is not a URL').optional();
const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

const schema = z
  .object({
    DATABASE_URL: z
      .string({ error: `is not set. Set it to the address of the database, such as ${DATABASE_URL_EXAMPLE}` })
      .refine(isDatabaseUrl, `is not a database address. Write it as ${DATABASE_URL_EXAMPLE}`)
      .transform(databaseAddress),
    PORT: z.coerce
      .number('is not a port number')
      .int('is not a port number')
      .min(0, 'is not a port number')
      .max(65_535, 'is not a port number')
      .default(3000),
    BACKUP_STORAGE_URL: url,
    BACKUP_DATABASES: list,
    UPLOADS_PATH: text,
    CONFIG_PATHS: list,
    BACKUP_ENCRYPTION_KEY: list,
    BACKUP_IDENTITY_FILE: text,
    BACKUP_CACHE_PATH: text,
    SHUTDOWN_GRACE_SECONDS: z.coerce
      .number('is not a number of seconds')
      .min(0, 'is not a number of seconds')
      .optional(),
    SMTP_URL: url,
    MAIL_FROM: z.string().default('backup@localhost'),
    MAIL_TO: list,
    REDIS_URL: url,
    BACKUP_WORKER: z.enum(['true', 'false'], 'is neither true nor false').default('true'),
    ADMIN_TOKEN: text,
  })
  .transform((variables): Environment => ({
    databaseUrl: variables.DATABASE_URL.address,
    databaseTls: variables.DATABASE_URL.tls,
    port: variables.PORT,
    storageUrl: variables.BACKUP_STORAGE_URL,
    databases: variables.BACKUP_DATABASES,
    uploadsPath: variables.UPLOADS_PATH,
    configPaths: variables.CONFIG_PATHS,
    encryptionKey: variables.BACKUP_ENCRYPTION_KEY,
    identityFile: variables.BACKUP_IDENTITY_FILE,
    cachePath: variables.BACKUP_CACHE_PATH,
    shutdownGraceSeconds: variables.SHUTDOWN_GRACE_SECONDS,
    smtpUrl: variables.SMTP_URL,
    mailFrom: variables.MAIL_FROM,
    mailTo: variables.MAIL_TO,
    redisUrl: variables.REDIS_URL,
    isWorker: variables.BACKUP_WORKER === 'true',
    adminToken: variables.ADMIN_TOKEN,
  }));

/** @throws EnvironmentError when a variable is missing or malformed. */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new EnvironmentError(`Cannot start: ${problems.join('; ')}.`);
}

function isDatabaseUrl(value: string): boolean {
  const parsed = URL.parse(value);
  return parsed !== null && /^(mysql|mariadb):$/.test(parsed.protocol) && parsed.pathname.length > 1;
}

interface DatabaseAddress {
  readonly address: string;
  readonly tls: DatabaseTls | undefined;
}

function databaseAddress(value: string, context: z.RefinementCtx): DatabaseAddress {
  try {
    const tls = databaseTls(value);
    const [address] = value.split('?');
    return { address, tls };
  } catch (error) {
    if (!(error instanceof DatabaseTlsError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
}
