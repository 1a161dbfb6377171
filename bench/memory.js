// Peak memory of the host's process while it backs up and restores one large table:
//   npm run bench:memory -- [MEGABYTES]      (2048 unless given)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { startMariadb } from '../scripts/throwaway-server.js';

const megabytes = Number(process.argv[2] ?? 2048);
const HOST = ['--max-semi-space-size=2', 'scripts/host.js'];
const ROW_BYTES = 2048;

await ensureBuilt();
const server = await startMariadb({ options: ['--innodb-buffer-pool-size=1G', '--innodb-log-file-size=512M'] });
const storage = await mkdtemp(join(tmpdir(), 'backup-bench-'));
try {
  const connection = await createConnection({ uri: server.url });
  await connection.query('CREATE DATABASE memory_bench CHARACTER SET utf8mb4');
  await connection.query('USE memory_bench');
  await connection.query(
    'CREATE TABLE memory_bench.large (id INT NOT NULL PRIMARY KEY, words TEXT NOT NULL, noise BLOB NOT NULL)',
  );
  const rows = Math.round((megabytes * 1024 * 1024) / ROW_BYTES);
  await connection.query(
    `INSERT INTO memory_bench.large
       SELECT seq, REPEAT(CONCAT(MD5(seq), ' it''s\\n'), 25), RANDOM_BYTES(1000) FROM seq_1_to_${rows}`,
  );
  await connection.end();
  const url = new URL(server.url);
  url.pathname = '/memory_bench';
  const environment = { ...process.env, DATABASE_URL: url.href, BACKUP_STORAGE_URL: pathToFileURL(storage).href };
  console.log(`one table of ${rows} rows, about ${megabytes} MiB`);
  await measure('backup:create', ['backup:create', '--type=database'], environment);
  await measure('backup:restore', ['backup:restore', '--id=1', '--yes'], environment);
} finally {
  await server.stop();
  await rm(storage, { recursive: true, force: true });
}

/**
 * @param {string} label
 * @param {readonly string[]} command
 * @param {NodeJS.ProcessEnv} env
 */
async function measure(label, command, env) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...HOST, ...command], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const poll = setInterval(() => {
    void readFile(`/proc/${child.pid}/status`, 'utf8').then(
      (status) => {
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
      },
      () => undefined,
    );
  }, 100);
  await once(child, 'exit');
  const code = child.exitCode;
  clearInterval(poll);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${label.padEnd(16)} exit ${code}  ${seconds} s  peak ${Math.round(peak / 1024)} MiB`);
  if (code !== 0) process.exitCode = 1;
}
