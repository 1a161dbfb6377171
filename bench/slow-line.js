import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What is sent before a connection is held back, so that short questions and answers are as quick as ever. */
const AT_ONCE = 64 * 1024;

/**
 * A way to a server on which each connection, in each direction, has a rate of its own: as if every client had its own
 * core and its own share of the server, on a machine that has neither.
 *
 * @param {number} port of the server on this machine
 * @param {number} bytesPerSecond
 * @returns {Promise<{ port: number, close: () => void }>}
 */
export async function openSlowLine(port, bytesPerSecond) {
  /** @type {Set<import('node:net').Socket>} */
  const open = new Set();
  const line = createServer((client) => {
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ]) {
      open.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => open.delete(from));
      void carry(from, to, bytesPerSecond);
    }
  });
  line.listen(0, '127.0.0.1');
  await once(line, 'listening');
  const address = line.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    close: () => {
      line.close();
      open.forEach((socket) => socket.destroy());
    },
  };
}

/**
 * @param {import('node:net').Socket} from
 * @param {import('node:net').Socket} to
 * @param {number} bytesPerSecond
 */
async function carry(from, to, bytesPerSecond) {
  let due = performance.now();
  try {
    for await (const piece of from) {
      const chunk = /** @type {Buffer} */ (piece);
      if (!to.write(chunk)) await once(to, 'drain');
      due =
        Math.max(due, performance.now() - (AT_ONCE / bytesPerSecond) * 1000) + (chunk.length / bytesPerSecond) * 1000;
      const early = due - performance.now();
      if (early > 0) await pause(early);
    }
    to.end();
  } catch {
    to.destroy();
  }
}
