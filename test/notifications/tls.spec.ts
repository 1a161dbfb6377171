import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { mailServer, sendMail } from '../../libs/backup/src/notifications/mail-transport.js';
import { postWebhook } from '../../libs/backup/src/notifications/webhook-request.js';
import { selfSigned, type SelfSigned } from '../support/certificates.js';
import { startMailServer, type MailServer } from '../support/mail-server.js';

const TIME_LIMIT = 20_000;

describe('Notifications over TLS', () => {
  let right: SelfSigned;
  let ofAnother: SelfSigned;

  beforeAll(async () => {
    [right, ofAnother] = await Promise.all([selfSigned('IP:127.0.0.1'), selfSigned('DNS:mail.example.org')]);
  });

  describe('by mail', () => {
    let server: MailServer;

    afterEach(() => server.close());

    const send = async (settings: { readonly requireTls?: boolean; readonly ca?: string }): Promise<void> => {
      const { requireTls, ca } = settings;
      const to = await mailServer({ transport: server.url, requireTls, ca }, () => undefined);
      const content = { subject: 'A backup failed', text: 'See why.', html: '<p>See why.</p>' };
      const { signal } = new AbortController();
      await sendMail(to, 'backup@example.org', ['ops@example.org'], content, TIME_LIMIT, signal, () => undefined);
    };

    it.each([
      ['STARTTLS', false],
      ['TLS from the start', true],
    ])('reach a server by %s whose certificate the own authority has signed', async (_how, fromStart) => {
      server = await startMailServer({ ...right, fromStart });
      await send({ requireTls: true, ca: right.cert });
      expect(server.mails).toHaveLength(1);
      expect(server.logins).toEqual([true]);
    });

    it.each([
      ['that nobody has signed', false, (): object => ({ cert: right, ca: undefined }), /self-signed certificate/],
      ['that nobody has signed', true, (): object => ({ cert: right, ca: undefined }), /self-signed certificate/],
      ['of another server', false, (): object => ({ cert: ofAnother, ca: ofAnother.cert }), /does not match/],
      ['of another server', true, (): object => ({ cert: ofAnother, ca: ofAnother.cert }), /does not match/],
    ])(
      'tell a server with a certificate %s nothing (TLS from the start: %s)',
      async (_what, fromStart, make, reason) => {
        const { cert, ca } = make() as { readonly cert: SelfSigned; readonly ca?: string };
        server = await startMailServer({ ...cert, fromStart });
        await expect(send({ ca })).rejects.toThrow(reason);
        expect([server.logins, server.mails]).toEqual([[], []]);
      },
    );

    it('tell a server without STARTTLS nothing where TLS is required', async () => {
      server = await startMailServer();
      await expect(send({ requireTls: true })).rejects.toThrow(/STARTTLS/);
      expect([server.logins, server.mails]).toEqual([[], []]);
    });

    it.each([
      ['smtp://user:secret@mail.example.org', true],
      ['smtp://mail.example.org', false],
      ['smtp://user:secret@127.0.0.1', false],
      ['smtp://user:secret@localhost:2525', false],
    ])('require TLS by themselves where a password would be seen: %s, %s', async (transport, requireTls) => {
      server = await startMailServer();
      const wish = { transport, requireTls: undefined, ca: undefined };
      expect(await mailServer(wish, () => undefined)).toMatchObject({ requireTls });
      expect(await mailServer({ ...wish, requireTls: !requireTls }, () => undefined)).toMatchObject({
        requireTls: !requireTls,
      });
    });
  });

  describe('by webhook', () => {
    let server: Server;
    let bodies: string[];

    const start = async ({ key, cert }: SelfSigned): Promise<void> => {
      bodies = [];
      server = createServer({ key, cert }, (request, response) => {
        request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
        request.on('end', () => response.end());
      });
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    };

    afterEach(() => new Promise((closed) => server.close(closed)));

    const post = (ca: string | undefined): Promise<void> => {
      const url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`;
      const webhook = { url, secret: 'unused here', allowedHosts: ['127.0.0.1'], allowPrivateAddresses: true, ca };
      return postWebhook(webhook, '{}', {}, AbortSignal.timeout(TIME_LIMIT));
    };

    it('reach a server whose certificate the own authority has signed', async () => {
      await start(right);
      await post(right.cert);
      expect(bodies).toEqual(['{}']);
    });

    it('tell a server nothing whose certificate nobody has signed', async () => {
      await start(right);
      await expect(post(undefined)).rejects.toThrow(/self-signed certificate/);
      expect(bodies).toEqual([]);
    });

    it('tell a server nothing that has the certificate of another', async () => {
      await start(ofAnother);
      await expect(post(ofAnother.cert)).rejects.toThrow(/does not match/);
      expect(bodies).toEqual([]);
    });
  });
});
