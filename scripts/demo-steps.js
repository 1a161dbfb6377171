import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { damage, showDamage } from './demo-damage.js';
import { allDifferences, differences, fingerprint } from './demo-fingerprint.js';
import { DemoHost } from './demo-host.js';
import { count, heading, mebibytes, pairs, say, seconds, styled, table } from './demo-terminal.js';
import { SetupError } from './setup-error.js';

/**
 * @typedef {object} DemoContext
 * @property {import('./demo-database.js').DemoDatabase} database an empty one, dropped at the end
 * @property {string} server its description
 * @property {string} folder an empty temporary folder, removed at the end
 * @property {number} rows to fill the database with
 * @property {AbortSignal} signal aborted by Ctrl-C: stop what is running and reject
 */

/** @typedef {import('./demo-fingerprint.js').DatabaseFingerprint} DatabaseFingerprint */

/**
 * The story of the demo, from an empty database to the summary.
 *
 * @param {DemoContext} context
 */
export async function runDemoSteps({ database, server, folder, rows, signal }) {
  const startedAt = performance.now();
  const storageFolder = join(folder, 'storage');
  await mkdir(storageFolder);
  const host = new DemoHost({ databaseUrl: database.url, storageFolder, signal });
  const { createConnection } = await import('mysql2');
  const connection = createConnection(database.url);
  try {
    say(styled('bold', 'nestjs-backup: a database is backed up, destroyed and restored'));
    pairs([
      ['Server', server],
      ['Database', `${database.name}, dropped at the end`],
      ['host', 'the example application, for npm run -s host --'],
    ]);

    heading('1. An application with data');
    const fill = await host.run('demo:fill', `--rows=${rows}`);
    const before = await fingerprint(connection, signal);

    heading('2. Back it up');
    const backup = await host.run('backup:create', '--type=database');
    await host.run('backup:verify', '--id=1');
    await host.run('backup:list');

    heading('3. Destroy some of it');
    await damage(connection);
    showDamage(before, await fingerprint(connection, signal));

    heading('4. See what a restore would do, and restore');
    await host.run('backup:preview', '--id=1');
    const restore = await host.run('backup:restore', '--id=1', '--yes');

    heading('5. Compare with the state before');
    const after = await fingerprint(connection, signal);
    showProof(before, after);

    heading('Summary');
    const sizes = await readSizes(connection);
    showSummary(before, sizes, { fill, backup, restore, total: performance.now() - startedAt });
    conclude(allDifferences(before, after), before);
  } finally {
    connection.destroy();
  }
}

/**
 * @param {DatabaseFingerprint} before
 * @param {DatabaseFingerprint} after
 */
function showProof(before, after) {
  const rows = [...before.tables].map(([name, was]) => {
    const is = after.tables.get(name);
    const found = differences(was, is);
    return [
      name,
      is ? count(is.rows) : '-',
      is?.checksum ?? '-',
      is ? `${is.sha256.slice(0, 12)}...` : '-',
      found.length === 0 ? 'identical' : `DIFFERS: ${found.join(', ')}`,
    ];
  });
  rows.push(['in all', count(rowsOf(after)), '', '', '']);
  table(['TABLE', 'ROWS', 'CHECKSUM', 'SHA-256 OF ROWS', 'BEFORE AND AFTER'], rows, {
    right: [1, 2],
    style: ([, , , , result]) => (result.startsWith('DIFFERS') ? 'red' : undefined),
  });
  const objects = [...before.objects.keys()];
  const same = objects.filter((name) => before.objects.get(name) === after.objects.get(name));
  say(`${same.length} of ${objects.length} views, triggers, routines and events are identical.`);
}

/**
 * @param {import('mysql2').Connection} connection
 * @returns {Promise<{ logical: number, stored: number }>} bytes of the backup before and after compression
 */
async function readSizes(connection) {
  const [rows] = await connection
    .promise()
    .query('SELECT logical_size, file_size FROM backup_history ORDER BY id LIMIT 1');
  const [row] = /** @type {{ logical_size: unknown, file_size: unknown }[]} */ (rows);
  return { logical: Number(row.logical_size), stored: Number(row.file_size) };
}

/**
 * @param {DatabaseFingerprint} before
 * @param {{ logical: number, stored: number }} sizes
 * @param {Record<'fill' | 'backup' | 'restore' | 'total', number>} times milliseconds
 */
function showSummary(before, { logical, stored }, times) {
  pairs([
    ['Rows', `${count(rowsOf(before))} in ${before.tables.size} tables`],
    ['Size', `${mebibytes(logical)} of SQL, stored as ${mebibytes(stored)}`],
    ['Ratio', `${(logical / stored).toFixed(1)}:1`],
    ['Fill', seconds(times.fill)],
    ['Backup', seconds(times.backup)],
    ['Restore', seconds(times.restore)],
    ['In all', seconds(times.total)],
  ]);
}

/**
 * @param {readonly string[]} found
 * @param {DatabaseFingerprint} before
 */
function conclude(found, before) {
  say();
  if (found.length > 0)
    throw new SetupError(`DIFFERENT: the restored database is not what it was: ${found.join('; ')}.`);
  const what = `${count(before.tables.size)} tables, ${count(rowsOf(before))} rows`;
  say(styled('green', `IDENTICAL: ${what}, every checksum and definition as before.`));
}

/** @param {DatabaseFingerprint} state */
function rowsOf({ tables }) {
  return [...tables.values()].reduce((sum, { rows }) => sum + rows, 0);
}
