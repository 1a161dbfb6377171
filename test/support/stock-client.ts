import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { testServerUrl } from './test-server.js';

const execute = promisify(execFile);

/** Restores a set as its README.txt says, with stock programs alone. */
export async function restoreByStockClient(
  storageFolder: string,
  { backupName }: { readonly backupName: string },
  serverUrl = testServerUrl(),
): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'backup-client-'));
  try {
    await writeOptionFile(home, serverUrl);
    await execute('bash', ['-eo', 'pipefail', 'README.txt'], {
      cwd: join(storageFolder, backupName),
      env: { HOME: home, PATH: pathOfClients() },
    });
  } finally {
    await rm(home, { recursive: true });
  }
}

/** With MySQL's own client, where there is one. */
function pathOfClients(): string {
  const { PATH = '', TEST_MYSQL_CLIENT } = process.env;
  return TEST_MYSQL_CLIENT ? `${dirname(TEST_MYSQL_CLIENT)}${delimiter}${PATH}` : PATH;
}

/** How the stock client of a home folder finds the server, and its password. */
export async function writeOptionFile(home: string, serverUrl = testServerUrl()): Promise<void> {
  const { hostname, port, username, password } = new URL(serverUrl);
  const lines = [`host=${hostname}`, `port=${port}`, `user=${username}`, `password=${decodeURIComponent(password)}`];
  await writeFile(join(home, '.my.cnf'), `[client]\n${lines.join('\n')}\n`, { mode: 0o600 });
}
