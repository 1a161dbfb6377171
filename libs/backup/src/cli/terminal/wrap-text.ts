import stringWidth from 'string-width';

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Columns that a text takes on a terminal: two for each wide letter, none for an accent that stands on another. */
export function textWidth(text: string): number {
  return stringWidth(text);
}

/** Lines no wider than that, broken between words, and inside those that are longer than a line. */
export function wrapText(text: string, width: number): string[] {
  return textWidth(text) <= width
    ? [text]
    : fillLines(
        text.split(/ +/).flatMap((part) => pieces(part, width)),
        width,
      );
}

/** Where a line may end: not within a command and its flags, `backup:restore --undo --id=1`, which are there to be copied. */
const BREAK = /(?<!\bbackup:\w+) (?!--)/;

/** Prose as a terminal shows it: broken between words alone, so that what is longer than a line can be copied. */
export function flowText(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => (textWidth(line) <= width ? [line] : fillLines(line.split(BREAK), width)))
    .join('\n');
}

/** As many of the words in each line as fit, and one at least. */
export function fillLines(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line: string | null = null;
  for (const word of words) {
    const longer: string = line === null ? word : `${line} ${word}`;
    if (line === null || textWidth(longer) <= width) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return line === null ? lines : [...lines, line];
}

/** A word, or as many parts of it as it takes. */
function pieces(word: string, width: number): string[] {
  if (textWidth(word) <= width) {
    return [word];
  }
  const found: string[] = [];
  let piece = '';
  for (const { segment } of GRAPHEMES.segment(word)) {
    if (piece !== '' && textWidth(piece + segment) > width) {
      found.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...found, piece];
}
