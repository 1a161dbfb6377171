import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprint } from './demo-fingerprint.js';
import { DemoHost } from './demo-host.js';
import { goOn, loseEverything } from './demo-loss.js';
import { conclude, showProof, showSummary } from './demo-proof.js';
import { heading, pairs, say, styled } from './demo-terminal.js';
import { changeUploads, makeUploads, uploadsFingerprint } from './demo-uploads.js';

/**
 * @typedef {object} DemoContext
 * @property {import('./demo-database.js').DemoDatabase} database an empty one, dropped at the end
 * @property {string} server its description
 * @property {string} folder an empty temporary folder, removed at the end
 * @property {number} rows to fill the database with
 * @property {AbortSignal} signal aborted by Ctrl-C: stop what is running and reject
 */

/**
 * The story of the demo, from an empty database to the summary.
 *
 * @param {DemoContext} context
 */
export async function runDemoSteps({ database, server, folder, rows, signal }) {
  const startedAt = performance.now();
  const [storageFolder, uploads] = [join(folder, 'storage'), join(folder, 'uploads')];
  await mkdir(storageFolder);
  const host = new DemoHost({ databaseUrl: database.url, folder, storageFolder, uploads, signal });
  const { createConnection } = await import('mysql2');
  const connection = createConnection(database.url);
  const state = async () => ({
    database: await fingerprint(connection, signal),
    uploads: await uploadsFingerprint(uploads),
  });
  try {
    say(styled('bold', 'nestjs-backup: database and uploads are backed up, lost and restored'));
    pairs([
      ['Server', server],
      ['Database', `${database.name}, dropped at the end`],
      ['Uploads', uploads],
      ['Identity', 'identity.txt, which BACKUP_IDENTITY_FILE names'],
      ['host', 'the example application, for npm run -s host --'],
    ]);

    heading('1. An application with data and uploads');
    const fill = await host.run('demo:fill', `--rows=${rows}`);
    await makeUploads(uploads);

    heading('2. Make a key, and back everything up, encrypted');
    await host.run('backup:key', 'generate', '--label=demo', '--output=identity.txt');
    const full = await host.run('backup:create', '--type=full', '--key=demo');

    heading('3. The application goes on: back up what has changed');
    await goOn(connection);
    const { replaced, added } = await changeUploads(uploads);
    say(`${replaced} files are replaced, and ${added} are new.`);
    const before = await state();
    const incremental = await host.run('backup:create', '--type=incremental', '--key=demo');
    await host.run('backup:verify', '--id=2');
    await host.run('backup:list');
    const sizes = await readSizes(connection);

    heading('4. A very bad day: all of it is gone, the list of backups too');
    await loseEverything(connection, database.name, uploads);

    heading('5. Find the backups in storage, see what a restore would do, and restore');
    await host.run('backup:import');
    await host.run('backup:preview', '--id=2');
    const restore = await host.run('backup:restore', '--id=2', '--yes');

    heading('6. Compare with the state before');
    const after = await state();
    showProof(before, after);

    heading('Summary');
    const total = performance.now() - startedAt;
    showSummary(before, sizes, { Fill: fill, Full: full, Incremental: incremental, Restore: restore, 'In all': total });
    conclude(before, after);
  } finally {
    connection.destroy();
  }
}

/**
 * @param {import('mysql2').Connection} connection
 * @returns {Promise<import('./demo-proof.js').StoredSize[]>} of the backups, oldest first
 */
async function readSizes(connection) {
  const [rows] = await connection
    .promise()
    .query('SELECT backup_type, logical_size, file_size FROM backup_history ORDER BY id');
  const found = /** @type {{ backup_type: unknown, logical_size: unknown, file_size: unknown }[]} */ (rows);
  return found.map(({ backup_type: type, logical_size: logical, file_size: stored }) => ({
    type: String(type),
    logical: Number(logical),
    stored: Number(stored),
  }));
}
