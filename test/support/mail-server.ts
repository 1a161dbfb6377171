import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SelfSigned } from './certificates.js';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came, lines unfolded and quoted-printable decoded. */
  readonly source: string;
  readonly subject: string;
}

/** A mail server on loopback for one account. */
export interface MailServer {
  readonly url: string;
  readonly password: string;
  readonly mails: ReceivedMail[];
  /** Whether each password that came was told over TLS. */
  readonly logins: boolean[];
  close(): Promise<void>;
}

/** @param tls its key and certificate, with which it offers STARTTLS, or TLS from the start; without, it has no TLS */
export async function startMailServer(tls?: SelfSigned & { readonly fromStart?: boolean }): Promise<MailServer> {
  const password = 'top secret';
  const mails: ReceivedMail[] = [];
  const logins: boolean[] = [];
  const server = new SMTPServer({
    allowInsecureAuth: true,
    ...tls,
    secure: tls?.fromStart === true,
    disabledCommands: tls === undefined ? ['STARTTLS'] : [],
    onAuth: (auth, session, callback) => {
      logins.push(session.secure);
      const isRight = auth.username === 'backup' && auth.password === password;
      callback(isRight ? null : new Error('wrong password'), isRight ? { user: 'backup' } : undefined);
    },
    onData: (stream, { envelope }, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const source = readable(Buffer.concat(chunks).toString());
        mails.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          source,
          subject: /^Subject: (.*)$/m.exec(source)?.[1] ?? '',
        });
        callback();
      });
    },
  });
  // who does not trust the certificate hangs up
  server.on('error', () => undefined);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `${tls?.fromStart === true ? 'smtps' : 'smtp'}://backup:${encodeURIComponent(password)}@127.0.0.1:${String(port)}`,
    password,
    mails,
    logins,
    close: () =>
      new Promise((closed) => {
        server.close(() => {
          closed();
        });
      }),
  };
}

function readable(source: string): string {
  return source
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .replaceAll(/=([0-9A-F]{2})/g, (_found, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\r\n', '\n');
}
