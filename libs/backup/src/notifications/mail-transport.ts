import { secretText } from '../encryption/secret-source.js';
import type { MailContent } from './mail-content.js';
import { invalidTransport, mailPackageMissing } from './notification.errors.js';
import type { ResolvedMail } from './notification-options.js';

/** Loads the optional package. @throws BackupError `invalid_option` when it is not installed */
export async function loadNodemailer(): Promise<typeof import('nodemailer')> {
  try {
    return await import('nodemailer');
  } catch (error) {
    throw mailPackageMissing(error);
  }
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

type MailConnection = Pick<ResolvedMail, 'transport' | 'requireTls' | 'ca'>;

/** A mail server, read from its URL. */
export interface MailServer {
  readonly url: string;
  /** What no message may repeat. */
  readonly secrets: readonly string[];
  /** Whether nothing is said before STARTTLS has succeeded. */
  readonly requireTls: boolean;
  /** In PEM; undefined: those that Node trusts. */
  readonly ca: string | undefined;
}

/** @throws BackupError `invalid_option` */
export async function mailServer(
  { transport, requireTls, ca }: MailConnection,
  warn: (message: string) => void,
): Promise<MailServer> {
  const text = await secretText(transport, 'mail transport', warn);
  const url = URL.parse(text);
  if (url === null || !/^smtps?:$/.test(url.protocol)) {
    throw invalidTransport();
  }
  return {
    url: text,
    secrets: [url.password, decodeURIComponent(url.password)],
    // a password goes over no network as it is, whatever somebody in between has made of the server's answers
    requireTls: requireTls ?? (url.password !== '' && !LOOPBACK.test(url.hostname)),
    ca,
  };
}

/** A name that takes longer is not found, and a process that is done would wait for it: milliseconds. */
const DNS_LIMIT = 3_000;

/** Sends one mail, over a connection of its own. @param onAnswer called when the server says something */
export async function sendMail(
  { url, requireTls, ca }: MailServer,
  from: string,
  to: readonly string[],
  content: MailContent,
  timeLimit: number,
  signal: AbortSignal,
  onAnswer: () => void,
): Promise<void> {
  const { createTransport } = await loadNodemailer();
  const transport = createTransport(
    {
      url,
      requireTLS: requireTls,
      tls: ca === undefined ? {} : { ca },
      connectionTimeout: timeLimit,
      greetingTimeout: timeLimit,
      socketTimeout: timeLimit,
      dnsTimeout: Math.min(timeLimit, DNS_LIMIT),
      // a server that does not hang up would keep the process for seconds after all is said
      socketCloseTimeout: 0,
      transactionLog: true,
      logger: answerLogger(onAnswer),
    },
    { disableFileAccess: true, disableUrlAccess: true },
  );
  const close = (): void => {
    transport.close();
  };
  signal.addEventListener('abort', close, { once: true });
  try {
    const headers = { 'Auto-Submitted': 'auto-generated' };
    await transport.sendMail({ from, to: [...to], ...content, headers, signal });
  } finally {
    signal.removeEventListener('abort', close);
    transport.close();
  }
}

/** For nodemailer: hears that a server says something, and keeps nothing of it. */
function answerLogger(onAnswer: () => void): Record<'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal', Listener> {
  const ignore = (): void => undefined;
  const debug: Listener = ({ tnx }) => {
    if (tnx === 'server') {
      onAnswer();
    }
  };
  return { trace: ignore, debug, info: ignore, warn: ignore, error: ignore, fatal: ignore };
}

type Listener = (entry: { readonly tnx?: string }) => void;
