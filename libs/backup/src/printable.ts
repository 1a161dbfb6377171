/**
 * What a terminal would act on, or show as something else than it is: control characters (among them the start of escape
 * sequences), those that turn the direction of writing, and those that are not seen at all.
 */
const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;
/** The colours and signs that outputs have on purpose, or else one character. */
// eslint-disable-next-line no-control-regex
const OUTPUT_PART = /\u001b\[(?:1|2|22|31|32|33|39)m|[\n\t]|(.)/gsu;
/** Of these a JSON document shows some as they are. */
const UNPRINTABLE_IN_JSON =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/** Names and texts of others in a line: what a terminal would act on is shown as an escape sequence, `\n` or `\x1b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** A whole output, whose lines, tabs and colours are ours. */
export function printableOutput(text: string): string {
  return text.replace(OUTPUT_PART, (ours: string, other?: string) => (other === undefined ? ours : printable(other)));
}

/** A JSON document as text, which parses to the same. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE_IN_JSON, (character) => `\\u${hexadecimal(character, 4)}`);
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  const short = SHORT_ESCAPES[character] as string | undefined;
  return short ?? (character < '\u0100' ? `\\x${hexadecimal(character, 2)}` : `\\u${hexadecimal(character, 4)}`);
}

function hexadecimal(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0');
}
