/**
 * Peak memory of the host's process while it backs up and restores one large table:
 *
 *   npm run bench:memory -- [MEGABYTES]      (2048 unless given)
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { ensureBuilt } from '../scripts/ensure-built.js';
import { runScript } from '../scripts/entry-point.js';
import { ensureSupportedNode } from '../scripts/runtime.js';
import { inTemporaryFolder } from '../scripts/temporary-folder.js';
import { startMariadb } from '../scripts/throwaway-server.js';
import { hostCommand } from './host-command.js';
import { measure } from './measured-run.js';

const ROW_BYTES = 2048;
const megabytes = Number(process.argv[2] ?? 2048);

await runScript(async (signal) => {
  await ensureSupportedNode();
  await ensureBuilt({ signal });
  const server = await startMariadb({
    options: ['--innodb-buffer-pool-size=1G', '--innodb-log-file-size=512M'],
    signal,
  });
  try {
    const rows = await createTable(server.url);
    process.stdout.write(`one table of ${rows} rows, about ${megabytes} MiB\n`);
    await inTemporaryFolder('bench', async (folder) => {
      const storage = join(folder, 'storage');
      await mkdir(storage);
      const site = { url: `${server.url}/memory_bench`, storageUrl: pathToFileURL(storage).href };
      for (const command of [
        ['backup:create', '--type=database'],
        ['backup:restore', '--id=1', '--yes'],
      ]) {
        const { seconds, peakMebibytes } = await measure([hostCommand(command, site)], server.pid, signal);
        process.stdout.write(
          `${command[0].padEnd(16)} ${seconds.toFixed(1)} s  peak ${peakMebibytes.toFixed(0)} MiB\n`,
        );
      }
    });
  } finally {
    await server.stop();
  }
});

/**
 * @param {string} url
 * @returns {Promise<number>} rows of the table
 */
async function createTable(url) {
  const rows = Math.round((megabytes * 1024 * 1024) / ROW_BYTES);
  const connection = await createConnection({ uri: url });
  try {
    await connection.query('CREATE DATABASE memory_bench CHARACTER SET utf8mb4');
    await connection.query('USE memory_bench');
    await connection.query(
      'CREATE TABLE large (id INT NOT NULL PRIMARY KEY, words TEXT NOT NULL, noise BLOB NOT NULL)',
    );
    await connection.query(
      `INSERT INTO large
         SELECT seq, REPEAT(CONCAT(MD5(seq), ' it''s\\n'), 25), RANDOM_BYTES(1000) FROM seq_1_to_${rows}`,
    );
  } finally {
    await connection.end();
  }
  return rows;
}
