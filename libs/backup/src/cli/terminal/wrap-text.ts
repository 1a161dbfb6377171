import stringWidth from 'string-width';

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Columns that a text takes on a terminal: two for each wide letter, none for an accent that stands on another. */
export function textWidth(text: string): number {
  return stringWidth(text);
}

/** Lines no wider than that, broken between words, and inside those that are longer than a line. */
export function wrapText(text: string, width: number): string[] {
  if (textWidth(text) <= width) {
    return [text];
  }
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/).flatMap((part) => pieces(part, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidth(longer) <= width) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
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
