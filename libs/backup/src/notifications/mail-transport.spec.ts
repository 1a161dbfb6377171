import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { sendMail } from './mail-transport.js';

const CONTENT = { subject: 'A backup failed', text: 'See why.', html: '<p>See why.</p>' };

describe('A mail to a server that greets, and then neither answers nor hangs up', () => {
  let server: Server;

  beforeEach(async () => {
    server = createServer({ allowHalfOpen: true });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });

  afterEach(() => {
    server.close();
  });

  it('leaves no connection once it is given up, for which its process would wait', async () => {
    const abort = new AbortController();
    const { port } = server.address() as AddressInfo;
    const to = { url: `smtp://127.0.0.1:${String(port)}`, secrets: [], requireTls: false, ca: undefined };
    const sent = sendMail(to, 'backup@example.org', ['ops@example.org'], CONTENT, 20_000, abort.signal, () => {
      abort.abort();
    });
    const failed = expect(sent).rejects.toThrow();
    const [socket] = (await once(server, 'connection')) as [Socket];
    socket.write('220 mail.example.org\r\n');
    await failed;
    await once(socket.resume(), 'end');
    expect(process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap')).toHaveLength(1);
    socket.destroy();
  });
});
