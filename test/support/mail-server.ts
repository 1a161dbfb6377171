import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came, lines unfolded and quoted-printable decoded. */
  readonly source: string;
  readonly subject: string;
}

/** A mail server on loopback, without TLS, for one account. */
export interface MailServer {
  readonly url: string;
  readonly password: string;
  readonly mails: ReceivedMail[];
  close(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const password = 'top secret';
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, callback) => {
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
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://backup:${encodeURIComponent(password)}@127.0.0.1:${String(port)}`,
    password,
    mails,
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
