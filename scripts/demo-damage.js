import { count, say, styled, table } from './demo-terminal.js';
import { differences } from './demo-fingerprint.js';

/** What goes wrong on a bad day: a table dropped, one emptied, and one with every third row overwritten. */
const STATEMENTS = [
  ['DROP TABLE grades'],
  ['DELETE FROM record_translations'],
  [
    "UPDATE uploads SET path = CONCAT('???', RIGHT(path, 3)), byte_size = 0,",
    '  thumbnail = INSERT(thumbnail, 1, 1, CHAR(ASCII(thumbnail) ^ 255))',
    '  WHERE id % 3 = 0',
  ],
];

/**
 * Destroys a part of the database, showing how.
 *
 * @param {import('mysql2').Connection} connection
 */
export async function damage(connection) {
  for (const lines of STATEMENTS) {
    say(styled('dim', `SQL> ${lines.join('\n     ')};`));
    await connection.promise().query(lines.join('\n'));
  }
}

/**
 * @param {import('./demo-fingerprint.js').DatabaseFingerprint} before
 * @param {import('./demo-fingerprint.js').DatabaseFingerprint} now
 */
export function showDamage(before, now) {
  const rows = [...before.tables].flatMap(([name, was]) => {
    const is = now.tables.get(name);
    const found = differences(was, is);
    return found.length === 0
      ? []
      : [[name, count(was.rows), is ? count(is.rows) : '-', is ? `${found.join(', ')} differ` : 'the table is gone']];
  });
  table(['TABLE', 'ROWS BEFORE', 'ROWS NOW', 'DAMAGE'], rows, { right: [1, 2], style: () => 'red' });
  const intact = before.tables.size - rows.length;
  say(`${intact} other tables are as they were.`);
}
