import { allDifferences, differences } from './demo-fingerprint.js';
import { count, mebibytes, pairs, say, seconds, styled, table } from './demo-terminal.js';
import { SetupError } from './setup-error.js';

/**
 * @typedef {object} ApplicationState
 * @property {import('./demo-fingerprint.js').DatabaseFingerprint} database
 * @property {ReadonlyMap<string, string>} uploads what each file is, by its path
 */

/**
 * @typedef {object} StoredSize
 * @property {string} type of the backup
 * @property {number} logical bytes before compression
 * @property {number} stored bytes in storage
 */

/**
 * Each table, file and definition beside what it was.
 *
 * @param {ApplicationState} before
 * @param {ApplicationState} after
 */
export function showProof(before, after) {
  const rows = [...before.database.tables].map(([name, was]) => {
    const is = after.database.tables.get(name);
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
  const objects = [...before.database.objects.keys()];
  const same = objects.filter((name) => before.database.objects.get(name) === after.database.objects.get(name));
  say(`${same.length} of ${objects.length} views, triggers, routines and events are identical.`);
  const files = [...before.uploads.keys()].filter((path) => before.uploads.get(path) === after.uploads.get(path));
  say(`${files.length} of ${before.uploads.size} files have the same bytes, permissions and times.`);
}

/**
 * @param {ApplicationState} state
 * @param {readonly StoredSize[]} sizes
 * @param {Readonly<Record<string, number>>} times milliseconds, by what took them
 */
export function showSummary(state, sizes, times) {
  pairs([
    ['Rows', `${count(rowsOf(state))} in ${state.database.tables.size} tables`],
    ['Files', count(state.uploads.size)],
    ...sizes.map(
      ({ type, logical, stored }) =>
        /** @type {const} */ ([
          `Stored, ${type}`,
          `${mebibytes(stored)} of ${mebibytes(logical)} (${(logical / stored).toFixed(1)}:1), encrypted`,
        ]),
    ),
    ...Object.entries(times).map(([what, time]) => /** @type {const} */ ([what, seconds(time)])),
  ]);
}

/**
 * @param {ApplicationState} before
 * @param {ApplicationState} after
 */
export function conclude(before, after) {
  const files = new Set([...before.uploads.keys(), ...after.uploads.keys()]);
  const found = [
    ...allDifferences(before.database, after.database),
    ...[...files].filter((path) => before.uploads.get(path) !== after.uploads.get(path)),
  ];
  say();
  if (found.length > 0) {
    throw new SetupError(`DIFFERENT: what was restored is not what there was: ${found.slice(0, 20).join('; ')}.`);
  }
  const what = `${count(before.database.tables.size)} tables, ${count(rowsOf(before))} rows, ${count(before.uploads.size)} files`;
  say(styled('green', `IDENTICAL: ${what}, every checksum and definition as before.`));
}

/** @param {ApplicationState} state */
function rowsOf({ database: { tables } }) {
  return [...tables.values()].reduce((sum, { rows }) => sum + rows, 0);
}
