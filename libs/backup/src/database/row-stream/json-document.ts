import { quoteName, quoteText } from '../sql.js';

/**
 * MySQL keeps JSON in a binary form whose numbers, dates and bytes are of more kinds than its text shows: 9.90 is a
 * DECIMAL, and comes back from its text as the DOUBLE 9.9. So the kinds travel with the text, a digit each, and a
 * document that holds any is written as the expression that makes it.
 *
 * @see https://dev.mysql.com/doc/refman/9.7/en/json.html
 * @see https://dev.mysql.com/doc/refman/9.7/en/json-attribute-functions.html#function_json-type
 */
const KINDS = [
  'UNSIGNED INTEGER',
  'DECIMAL',
  'DATE',
  'DATETIME',
  'TIME',
  'TIMESTAMP',
  'BLOB',
  'BIT',
  'OPAQUE',
] as const;
type Kind = (typeof KINDS)[number];

/** Names of column types, by the number that the text of an opaque value has. */
const OPAQUE_COLUMNS: ReadonlyMap<string, string> = new Map([
  ['249', 'TINYBLOB'],
  ['250', 'MEDIUMBLOB'],
  ['251', 'LONGBLOB'],
  ['252', 'BLOB'],
]);
const OPAQUE = /^"base64:type(?<number>\d+):(?<data>[A-Za-z0-9+/=]*)"$/;

type Node = ScalarNode | ObjectNode | ArrayNode;

interface Placed {
  readonly start: number;
  end: number;
  /** Null: the kind that a parser gives it. */
  kind: Kind | null;
}

interface ScalarNode extends Placed {
  readonly form: 'scalar';
}

interface ObjectNode extends Placed {
  readonly form: 'object';
  readonly keys: string[];
  readonly values: Node[];
}

interface ArrayNode extends Placed {
  readonly form: 'array';
  readonly values: Node[];
}

/**
 * A column's documents as `kinds:text`: of the document itself, of all members of objects, and of all elements of
 * arrays, each a digit, 0 for what a parser gives anyway.
 */
export function selectDocument(column: string): string {
  const name = quoteName(column);
  const kind = (value: string): string => `FIELD(JSON_TYPE(${value}),${KINDS.map((each) => `'${each}'`).join(',')})`;
  const kindsAt = (path: string): string =>
    `IFNULL((SELECT GROUP_CONCAT(${kind('v')} ORDER BY n SEPARATOR '') FROM JSON_TABLE(${name},'${path}' COLUMNS (n FOR ORDINALITY, v JSON PATH '$')) AS found),'')`;
  return `CONCAT(${kind(name)},',',${kindsAt('$**.*')},',',${kindsAt('$**[*]')},':',${name})`;
}

/**
 * The SQL expression that makes a document.
 *
 * @param kinds as {@link selectDocument} gives them
 * @param text as MySQL writes documents
 */
export function documentExpression(kinds: string, text: string): string {
  const [own, members, elements] = kinds.split(',');
  const root = new DocumentParser(text).parse();
  root.kind = kindOf(own);
  const left = assignKinds(root, { members, elements });
  if (left.members !== '' || left.elements !== '') {
    throw new Error(
      `a JSON document has ${String(left.members.length + left.elements.length)} values more than its text`,
    );
  }
  // in the place of a whole document, a value of SQL has to be made one
  return root.form === 'scalar' && root.kind !== null
    ? `JSON_EXTRACT(JSON_ARRAY(${expression(root, text)}),'$[0]')`
    : expression(root, text);
}

/** The server lists values container by container, and a container before those in it. */
function assignKinds(
  node: Node,
  kinds: { readonly members: string; readonly elements: string },
): { readonly members: string; readonly elements: string } {
  if (node.form === 'scalar') {
    return kinds;
  }
  const list = node.form === 'object' ? 'members' : 'elements';
  node.values.forEach((value, index) => {
    value.kind = kindOf(kinds[list][index]);
  });
  const rest = { ...kinds, [list]: kinds[list].slice(node.values.length) };
  return node.values.reduce((left, value) => assignKinds(value, left), rest);
}

function kindOf(digit: string | undefined): Kind | null {
  if (digit === undefined) {
    throw new Error('a JSON document has fewer values than its text');
  }
  return digit === '0' ? null : KINDS[Number(digit) - 1];
}

function isPlain(node: Node): boolean {
  return node.form === 'scalar' ? node.kind === null : node.values.every(isPlain);
}

function expression(node: Node, text: string): string {
  const source = text.slice(node.start, node.end);
  if (isPlain(node)) {
    return `CAST(${quoteText(source)} AS JSON)`;
  }
  switch (node.form) {
    case 'object': {
      const pairs = node.values.map((value, index) => `${quoteText(node.keys[index])},${expression(value, text)}`);
      return `JSON_OBJECT(${pairs.join(',')})`;
    }
    case 'array':
      return `JSON_ARRAY(${node.values.map((value) => expression(value, text)).join(',')})`;
    case 'scalar':
      return scalar(node.kind, source);
  }
}

function scalar(kind: Kind | null, source: string): string {
  switch (kind) {
    case 'UNSIGNED INTEGER':
      return `CAST(${source} AS UNSIGNED)`;
    case 'DECIMAL': {
      const [whole, fraction = ''] = source.replace('-', '').split('.');
      const digits = whole === '0' && fraction !== '' ? fraction.length : whole.length + fraction.length;
      return `CAST('${source}' AS DECIMAL(${String(digits)},${String(fraction.length)}))`;
    }
    case 'DATE':
      return `CAST('${inner(source)}' AS DATE)`;
    case 'DATETIME':
      return `CAST('${inner(source)}' AS DATETIME(6))`;
    case 'TIME':
      return `CAST('${inner(source)}' AS TIME(6))`;
    case 'TIMESTAMP':
      return fromColumn(`'${inner(source)}'`, 'TIMESTAMP(6)');
    default:
      return opaque(source);
  }
}

function opaque(source: string): string {
  const { number = '', data = '' } = OPAQUE.exec(source)?.groups ?? {};
  const bytes = Buffer.from(data, 'base64');
  const literal = `x'${bytes.toString('hex')}'`;
  if (number === '15') {
    return literal;
  }
  if (number === '16') {
    return fromColumn(String(BigInt(`0x${bytes.toString('hex')}`)), `BIT(${String(bytes.length * 8)})`);
  }
  const column = number === '254' ? `BINARY(${String(bytes.length)})` : OPAQUE_COLUMNS.get(number);
  if (column === undefined) {
    throw new Error(`a JSON document holds a value of a kind that cannot be written: ${source.slice(0, 40)}`);
  }
  return fromColumn(literal, column);
}

/** A value of a column's type: no function gives one. */
function fromColumn(value: string, type: string): string {
  return `(SELECT JSON_EXTRACT(JSON_ARRAY(v),'$[0]') FROM JSON_TABLE(JSON_ARRAY(${value}),'$[*]' COLUMNS (v ${type} PATH '$')) AS made)`;
}

function inner(source: string): string {
  return source.slice(1, -1);
}

/** Takes the server's own text apart, which is always well-formed. */
class DocumentParser {
  private at = 0;

  constructor(private readonly text: string) {}

  parse(): Node {
    const start = this.at;
    switch (this.text[start]) {
      case '{':
        return this.object(start);
      case '[':
        return this.array(start);
      default:
        this.at = this.text[start] === '"' ? this.endOfString() : this.endOfWord();
        return { form: 'scalar', start, end: this.at, kind: null };
    }
  }

  private object(start: number): ObjectNode {
    const node: ObjectNode = { form: 'object', keys: [], values: [], start, end: start, kind: null };
    this.each('}', () => {
      const key = this.text.slice(this.at, this.endOfString());
      this.at += key.length + 2;
      node.keys.push(String(JSON.parse(key)));
      node.values.push(this.parse());
    });
    node.end = this.at;
    return node;
  }

  private array(start: number): ArrayNode {
    const node: ArrayNode = { form: 'array', values: [], start, end: start, kind: null };
    this.each(']', () => node.values.push(this.parse()));
    node.end = this.at;
    return node;
  }

  /** Entries are separated by a comma and a blank, and so are keys from values by a colon and a blank. */
  private each(close: string, entry: () => void): void {
    this.at += 1;
    while (this.text[this.at] !== close) {
      entry();
      if (this.text[this.at] === ',') {
        this.at += 2;
      }
    }
    this.at += 1;
  }

  private endOfString(): number {
    let at = this.at + 1;
    while (this.text[at] !== '"') {
      at += this.text[at] === '\\' ? 2 : 1;
    }
    return at + 1;
  }

  private endOfWord(): number {
    let at = this.at;
    while (at < this.text.length && !',]}'.includes(this.text[at])) {
      at += 1;
    }
    return at;
  }
}
