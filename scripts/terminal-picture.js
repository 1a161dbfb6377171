import { readFile, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import xterm from '@xterm/headless';

/**
 * Draws what a program has written to a terminal, given on standard input: `npm run picture` does so for the demo.
 *
 * Usage: node scripts/terminal-picture.js --output=FILE.svg [--columns=100] [--part=FROM..TO]...
 *
 * A part is the lines from the first one with the text FROM up to the one before TO; without TO it is that line. Without
 * parts everything is drawn.
 */

/** What a terminal shows as colours 0 to 15; and the rest of the picture. */
const PALETTE = [
  ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
  ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'],
];
const INK = '#c9d1d9';
const PAPER = '#0d1117';
/** Pixels. */
const CELL = { width: 8.4, height: 18 };
const MARGIN = 16;
/** An empty line between parts. */
const BREAK = -1;

const { values } = parseArgs({
  options: {
    output: { type: 'string' },
    columns: { type: 'string', default: '100' },
    part: { type: 'string', multiple: true, default: [] },
  },
});
if (values.output === undefined) throw new Error('Say where the picture goes: --output=FILE.svg');
const columns = Number(values.columns);
const picture = draw(await show(await buffer(process.stdin), columns), columns);
const earlier = await readFile(values.output, 'utf8').catch(() => null);
if (picture !== earlier) await writeFile(values.output, picture);

/**
 * @param {Uint8Array} bytes
 * @param {number} columns
 */
async function show(bytes, columns) {
  const terminal = new xterm.Terminal({ cols: columns, rows: 50, scrollback: 10_000, allowProposedApi: true });
  await new Promise((resolve) => terminal.write(bytes, () => resolve(null)));
  return terminal.buffer.active;
}

/**
 * @param {import('@xterm/headless').IBuffer} screen
 * @param {number} columns
 */
function draw(screen, columns) {
  const texts = Array.from({ length: screen.length }, (_, row) => screen.getLine(row)?.translateToString(true) ?? '');
  const last = texts.findLastIndex((text) => text !== '');
  const rows =
    values.part.length === 0 ? texts.slice(0, last + 1).keys() : values.part.flatMap((part) => rowsOf(part, texts));
  const shown = Array.from(rows, (row) => (row === BREAK ? '' : drawLine(screen, row, columns)));
  const width = Math.ceil(columns * CELL.width + 2 * MARGIN);
  const height = shown.length * CELL.height + 2 * MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" rx="8" fill="${PAPER}"/>
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" fill="${INK}" xml:space="preserve">
${shown.map((line, row) => (line === '' ? '' : `<text y="${MARGIN + row * CELL.height + 14}">${line}</text>\n`)).join('')}</g>
</svg>
`;
}

/**
 * @param {string} part
 * @param {readonly string[]} texts
 * @returns {number[]} rows, and a break behind them
 */
function rowsOf(part, texts) {
  const [from, to] = /** @type {[string, string | undefined]} */ (part.split('..'));
  const start = texts.findIndex((text) => text.includes(from));
  const end = to === undefined ? start + 1 : texts.findIndex((text, row) => row > start && text.includes(to));
  if (start === -1 || end === -1) throw new Error(`Nothing was shown from "${from}" to "${to ?? from}".`);
  const rows = Array.from({ length: end - start }, (_, index) => start + index);
  while (rows.length > 1 && texts[rows[rows.length - 1]] === '') rows.pop();
  return [...rows, BREAK];
}

/**
 * Runs of letters that look alike, each at its place: fonts differ in width.
 *
 * @param {import('@xterm/headless').IBuffer} screen
 * @param {number} row
 * @param {number} columns
 */
function drawLine(screen, row, columns) {
  /** @type {{ text: string, style: string, column: number }[]} */
  const runs = [];
  for (let column = 0; column < columns; column++) {
    const cell = screen.getLine(row)?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const style = styleOf(cell);
    const letter = cell.getChars() || ' ';
    const run = runs.at(-1);
    if (run?.style === style) run.text += letter;
    else runs.push({ text: letter, style, column });
  }
  return runs
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, style, column }) => {
      const width = text.trimEnd().length;
      const place = `x="${(MARGIN + column * CELL.width).toFixed(1)}" textLength="${(width * CELL.width).toFixed(1)}"`;
      return `<tspan ${place}${style}>${escape(text.trimEnd())}</tspan>`;
    })
    .join('');
}

/** @param {import('@xterm/headless').IBufferCell} cell */
function styleOf(cell) {
  const colour = cell.isFgPalette() ? ` fill="${PALETTE[cell.getFgColor()] ?? INK}"` : '';
  return `${colour}${cell.isBold() ? ' font-weight="bold"' : ''}${cell.isDim() ? ' opacity="0.6"' : ''}`;
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
