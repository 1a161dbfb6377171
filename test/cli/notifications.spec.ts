import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { callHost } from './host-call.js';
import { createHostCli, type HostCli } from './host-cli.js';

describe('A command whose notification nobody takes', () => {
  let host: HostCli;
  let hanging: Server;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    host = await createHostCli();
    hanging = createServer((socket) => sockets.push(socket));
    await new Promise<void>((listening) => hanging.listen(0, '127.0.0.1', listening));
  });

  afterAll(async () => {
    sockets.forEach((socket) => socket.destroy());
    await new Promise((closed) => hanging.close(closed));
    await host.remove();
  });

  it.each([
    ['a mail server that never answers', () => `127.0.0.1:${String((hanging.address() as AddressInfo).port)}`],
    ['a mail server that is down', () => '127.0.0.1:1'],
  ])('soon gives up on %s, and says what was not sent', async (_server, address) => {
    const env = { ...host.env, SMTP_URL: `smtp://${address()}`, MAIL_TO: 'ops@example.org' };
    const { exitCode, stderr } = await callHost(['backup:create', '--type=database', '--database=nosuch'], env);
    expect(exitCode).toBe(3);
    expect(stderr.match(/The mail "[^"]* failed" was not sent: [^\n]*/g)).toEqual([
      expect.stringMatching(/nobody had answered 2 s after everything else was done|ECONNREFUSED/),
    ]);
  });
});
