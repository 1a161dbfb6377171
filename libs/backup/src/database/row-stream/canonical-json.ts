/**
 * A JSON text in one way of writing: members in the order of their names, no blanks, numbers without needless digits,
 * no needless escapes. Two texts have the same one when they say the same; a number is taken digit by digit, and
 * a name that an object holds twice stays twice.
 *
 * @throws SyntaxError for what is no JSON
 */
export function canonicalJson(text: string): string {
  const reader = new JsonReader(text);
  const value = reader.value();
  reader.end();
  return value;
}

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const WORD = /true|false|null/y;

class JsonReader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(): string {
    this.match(BLANKS);
    const start = this.text[this.at];
    const value = start === '{' ? this.object() : start === '[' ? this.array() : this.scalar();
    this.match(BLANKS);
    return value;
  }

  end(): void {
    if (this.at < this.text.length) {
      this.fail();
    }
  }

  private object(): string {
    const members = this.list('}', () => {
      this.match(BLANKS);
      const name = this.string();
      this.match(BLANKS);
      this.expect(':');
      return `${name}:${this.value()}`;
    });
    return `{${members.toSorted().join(',')}}`;
  }

  private array(): string {
    return `[${this.list(']', () => this.value()).join(',')}]`;
  }

  private list(close: string, item: () => string): string[] {
    this.at += 1;
    this.match(BLANKS);
    const items: string[] = [];
    if (this.text[this.at] === close) {
      this.at += 1;
      return items;
    }
    for (;;) {
      items.push(item());
      this.match(BLANKS);
      if (this.text[this.at] === close) {
        this.at += 1;
        return items;
      }
      this.expect(',');
    }
  }

  private scalar(): string {
    if (this.text[this.at] === '"') {
      return this.string();
    }
    const word = this.match(WORD);
    if (word !== null) {
      return word;
    }
    const number = this.match(NUMBER);
    return number === null ? this.fail() : plainNumber(number);
  }

  private string(): string {
    const quoted = this.match(STRING);
    return quoted === null ? this.fail() : JSON.stringify(JSON.parse(quoted));
  }

  private expect(character: string): void {
    if (this.text[this.at] !== character) {
      this.fail();
    }
    this.at += 1;
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) {
      return null;
    }
    this.at = pattern.lastIndex;
    return found[0];
  }

  private fail(): never {
    throw new SyntaxError(`no JSON at character ${String(this.at)}`);
  }
}

/** Significant digits and the power of ten that they are times: `120e-1` is `12e0`. */
function plainNumber(text: string): string {
  const isNegative = text.startsWith('-');
  const [mantissa, exponent = '0'] = text
    .slice(isNegative ? 1 : 0)
    .toLowerCase()
    .split('e');
  const [whole, fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') {
    return '0';
  }
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${isNegative ? '-' : ''}${significant}e${String(power)}`;
}
