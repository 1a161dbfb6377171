import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export const LOOPBACK = '127.0.0.1';

const ANSWER_WITHIN_MILLISECONDS = 1_000;

/** @returns {Promise<number>} a port nobody listens on */
export async function findFreePort() {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A listening server has no port.');
  server.close();
  await once(server, 'close');
  return address.port;
}

/**
 * Whether a server says something: one that only accepts connections is still starting.
 *
 * @param {string} socketPath
 * @param {string} [question] for servers that do not begin by themselves
 * @returns {Promise<boolean>}
 */
export function isAnswering(socketPath, question = '') {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.write(question);
    /** @param {boolean} answer */
    const settle = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_WITHIN_MILLISECONDS, () => {
      settle(false);
    });
    socket.on('data', () => {
      settle(true);
    });
    socket.on('error', () => {
      settle(false);
    });
    socket.on('close', () => {
      settle(false);
    });
  });
}
