import { styleText } from 'node:util';

/** @typedef {'bold' | 'dim' | 'green' | 'red'} Style */

/**
 * Colours appear on a terminal only, and not where NO_COLOR is set: `styleText` looks at the stream.
 *
 * @param {Style} format
 * @param {string} text
 */
export function styled(format, text) {
  return styleText(format, text, { stream: process.stdout });
}

/** @param {string} [text] */
export function say(text = '') {
  process.stdout.write(`${text}\n`);
}

/** @param {string} text */
export function heading(text) {
  say(`\n${styled('bold', text)}`);
}

/**
 * Columns as wide as they need to be; those of numbers stand to the right.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 * @param {{ right?: readonly number[], style?: (row: readonly string[]) => Style | undefined }} [options] `right`: columns of
 *   numbers; `style`: of a whole row
 */
export function table(head, rows, { right = [], style = () => undefined } = {}) {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  /** @param {readonly string[]} cells */
  const line = (cells) =>
    cells
      .map((cell, column) => (right.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd();
  say(styled('dim', line(head)));
  for (const row of rows) {
    const format = style(row);
    say(format ? styled(format, line(row)) : line(row));
  }
}

/**
 * Names and values, one pair a line.
 *
 * @param {readonly (readonly [string, string])[]} rows
 */
export function pairs(rows) {
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) say(`${name.padEnd(width)}  ${value}`);
}

/** @param {number} count */
export function count(count) {
  return count.toLocaleString('en-US');
}

/** @param {number} bytes */
export function mebibytes(bytes) {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

/** @param {number} milliseconds */
export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
