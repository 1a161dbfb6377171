import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Manifest } from '@app/backup/backup-set/manifest.js';
import { startMariadb } from '../../scripts/throwaway-server.js';
import { createBackupFolder, startModuleHost } from '../module/module-host.js';
import { createAccount } from '../support/bad-input-account.js';
import { seededRandom } from '../support/crash-moments.js';
import { createLedger, type Ledger } from '../support/ledger.js';
import { LedgerTraffic } from '../support/ledger-traffic.js';

// a machine that is busy with other things
jest.setTimeout(120_000);

const BOOKS_TABLES = ['accounts', 'entries', 'tickets', 'journal', 'paper'];

describe('the binary log from the place that a backup names', () => {
  let server: Awaited<ReturnType<typeof startMariadb>>;
  let ledger: Ledger;

  beforeAll(async () => {
    server = await startMariadb({ options: ['--log-bin=log', '--binlog-format=ROW', '--server-id=1'] });
    ledger = await createLedger({ name: 'MariaDB', url: server.url }, 2000);
  });

  afterAll(async () => {
    await ledger.remove();
    await server.stop();
  });

  it.each([
    ['several connections', true],
    ['a single connection', false],
  ])('turns what %s have read into what is there now', async (_what, isParallel) => {
    const { books, branch, query } = ledger;
    const folder = await createBackupFolder();
    const database = { name: books, url: ledger.url, query, drop: ledger.remove };
    const account = await createAccount(database, [
      ...[books, branch].map((name) => `ALL ON \`${name}\`.*`),
      'SELECT ON mysql.proc',
      ...(isParallel ? ['RELOAD ON *.*', 'BINLOG MONITOR ON *.*'] : []),
    ]);
    const options = { storage: folder.url, databases: [branch], threads: 2 };
    const reader = await startModuleHost(ledger.url, { ...options, connection: account.address });
    const restorer = await startModuleHost(ledger.url, options);
    const traffic = LedgerTraffic.start(ledger, seededRandom(2), null);
    try {
      await traffic.more(30);
      const id = await reader.backUp();
      await traffic.more(30);
      await traffic.stop();
      const [end] = await query('SHOW MASTER STATUS');
      const { backupName } = await restorer.backups.getBackup(id);
      const manifest = JSON.parse(await readFile(join(folder.path, backupName, 'manifest.json'), 'utf8')) as Manifest;
      expect(manifest.snapshot?.consistency).toBe(isParallel ? 'parallel' : 'single');
      expect(manifest.snapshot?.binlogFile).toBe(end.File);
      const copies = { [books]: `${books}_now`, [branch]: `${branch}_now` };
      await restorer.backups.restore(id, { databases: Object.entries(copies).map(([from, to]) => `${from}=${to}`) });
      await replay(copies, String(end.File), String(manifest.snapshot?.binlogPosition), String(end.Position));
      const compared = [...BOOKS_TABLES.map((table) => [books, table]), [branch, 'accounts'], [branch, 'counters']];
      for (const [from, table] of compared) {
        const [now, replayed] = await query(`CHECKSUM TABLE ${from}.${table}, ${copies[from]}.${table}`);
        expect({ table, checksum: replayed.Checksum }).toEqual({ table, checksum: now.Checksum });
      }
      for (const copy of Object.values(copies)) await query(`DROP DATABASE ${copy}`);
    } finally {
      await traffic.stop();
      await reader.app.close();
      await restorer.app.close();
      await account.drop();
      await folder.remove();
    }
  });

  /** Applies what the log has between two places to the copies of the databases. */
  async function replay(
    copies: Readonly<Record<string, string>>,
    file: string,
    from: string,
    to: string,
  ): Promise<void> {
    const rewrites = Object.entries(copies).map(([database, copy]) => `--rewrite-db=${database}->${copy}`);
    const log = spawn('mariadb-binlog', [
      '--no-defaults',
      `--start-position=${from}`,
      `--stop-position=${to}`,
      ...rewrites,
      join(server.dataFolder, file),
    ]);
    const client = spawn('mariadb', ['--no-defaults', `--socket=${server.socket}`, '-uroot', '--binary-mode'], {
      env: { ...process.env, MYSQL_PWD: server.password },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let complaints = '';
    client.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    const ended = once(client, 'close');
    await pipeline(log.stdout, client.stdin);
    await ended;
    expect({ complaints, exitCode: client.exitCode }).toEqual({ complaints: '', exitCode: 0 });
  }
});
