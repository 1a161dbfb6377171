import { styleText } from 'node:util';

/** What a text is, by its look. */
export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

/**
 * Columns of the terminal that stdout is; where it is none, those that COLUMNS says, or without end: in a pipe a row is a
 * line.
 */
export function screenWidth(): number {
  if (process.stdout.isTTY && process.stdout.columns > 0) {
    return process.stdout.columns;
  }
  const { COLUMNS } = process.env;
  return COLUMNS !== undefined && /^[1-9]\d{0,3}$/.test(COLUMNS) ? Number(COLUMNS) : Infinity;
}

/** Columns of the terminal that stderr is; without end where it is none: there a message is a line. */
export function messageWidth(): number {
  return process.stderr.isTTY && process.stderr.columns > 0 ? process.stderr.columns : Infinity;
}

/** In colour where the stream is a terminal, and not where NO_COLOR is set. */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream });
}
