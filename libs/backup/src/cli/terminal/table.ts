import { printable } from '../../printable.js';
import { screenWidth, styled, type Style } from './screen.js';
import { textWidth, wrapText } from './wrap-text.js';

export interface Column {
  readonly head: string;
  /** Numbers stand to the right. */
  readonly align?: 'right';
  /**
   * What becomes of it where lines are too narrow: it is wrapped, or left out, since another command shows it. Without it
   * the column stays as it is.
   */
  readonly narrow?: 'wrap' | 'drop';
}

/** What stands in a table: a text, or one that looks a certain way on a terminal. */
export type Cell = string | { readonly text: string; readonly style: Style };

const GAP = 2;
/** Wrapped columns get no narrower than this. */
const LEAST_WRAPPED = 16;

/**
 * A table without lines between its rows. Where it is wider than the line, columns give way in this order: those that can
 * be wrapped get narrower, the widest first; then those that can be left out go, empty ones and then the last first; and
 * where that is not enough, each row becomes a list of names and values.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width = screenWidth(),
): string {
  const layout = layOut(columns, rows, width);
  if (layout === null) {
    return rows
      .map((row) =>
        renderPairs(
          columns.map(({ head }, index) => [head, row[index]] as const),
          width,
        ),
      )
      .join('\n');
  }
  const heads = columns.map(({ head }): Cell => ({ text: head, style: 'bold' }));
  return [heads, ...rows].map((row) => renderRow(row, layout)).join('');
}

/** Names and values, one pair a line; long values are wrapped. Pairs without a value are left out. */
export function renderPairs(pairs: readonly (readonly [string, Cell])[], width = screenWidth()): string {
  const shown = pairs.filter(([, value]) => textOf(value) !== '');
  const names = Math.max(...shown.map(([name]) => textWidth(name)));
  const values = Math.max(width - names - GAP, LEAST_WRAPPED);
  const layout = [
    { index: 0, width: names, align: undefined },
    { index: 1, width: values, align: undefined },
  ];
  return shown.map((pair) => renderRow(pair, layout)).join('');
}

interface PlacedColumn {
  readonly index: number;
  readonly width: number;
  readonly align: 'right' | undefined;
}

/** Null where no columns fit. */
function layOut(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): readonly PlacedColumn[] | null {
  let placed = columns.map(({ head, align, narrow }, index) => {
    const natural = Math.max(textWidth(head), ...rows.map((row) => textWidth(printable(textOf(row[index])))));
    const least = narrow === 'wrap' ? Math.min(natural, LEAST_WRAPPED) : natural;
    return { index, align, narrow, width: natural, least };
  });
  const isEmpty = ({ index, narrow }: (typeof placed)[number]): boolean =>
    narrow !== undefined && rows.every((row) => textOf(row[index]) === '');
  const gaps = (): number => (placed.length - 1) * GAP;
  while (gaps() + sum(placed.map(({ least }) => least)) > width) {
    const dropped = placed.findLast(isEmpty) ?? placed.findLast(({ narrow }) => narrow === 'drop');
    if (dropped === undefined) {
      return null;
    }
    placed = placed.filter((column) => column !== dropped);
  }
  let excess = gaps() + sum(placed.map((column) => column.width)) - width;
  for (; excess > 0; excess -= 1) {
    const shrinkable = placed.filter((column) => column.width > column.least);
    const widest = shrinkable.reduce((one, other) => (other.width > one.width ? other : one));
    widest.width -= 1;
  }
  return placed;
}

function renderRow(row: readonly Cell[], columns: readonly PlacedColumn[]): string {
  const cells = columns.map(({ index, width, align }) => {
    const cell = row[index];
    const style = typeof cell === 'string' ? null : cell.style;
    const lines = wrapText(printable(textOf(cell)), width);
    return { lines, width, align, style };
  });
  const height = Math.max(...cells.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const last = cells.findLastIndex(({ lines }) => (lines.at(line) ?? '') !== '');
    const parts = cells.slice(0, last + 1).map(({ lines, width, align, style }, index) => {
      const text = lines.at(line) ?? '';
      const isLast = index === last;
      const blanks = isLast && align === undefined ? '' : ' '.repeat(Math.max(width - textWidth(text), 0));
      const shown = style === null || text === '' ? text : styled(style, text);
      return align === 'right' ? blanks + shown : shown + blanks;
    });
    return `${parts.join(' '.repeat(GAP))}\n`;
  }).join('');
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
