import { isAscii } from 'node:buffer';
import { tokenize } from './ddl/ddl-tokenizer.js';
import type { ServerConnection } from './server-connection.js';

/**
 * The statement of a routine or event all in the character set of the client that made it. The server shows the body in
 * that character set and, whatever it is, the comment of a routine and all that comes before the body of an event in UTF-8.
 *
 * @param comment of a routine; null for an event
 * @throws Error when the character set does not have a character that stands in UTF-8
 */
export async function inClientEncoding(
  connection: ServerConnection,
  statement: Buffer,
  characterSet: string,
  comment: string | null,
): Promise<Buffer> {
  const part = comment === null ? eventHead(statement) : commentClause(statement, comment);
  const text = statement.subarray(part.start, part.end);
  if (isAscii(text)) {
    return statement;
  }
  const utf8 = `_utf8mb4 0x${text.toString('hex')}`;
  const [{ hex, isSame }] = await connection.query(
    `SELECT HEX(CONVERT(${utf8} USING ${characterSet})) AS hex,
            BINARY CONVERT(CONVERT(${utf8} USING ${characterSet}) USING utf8mb4) = BINARY ${utf8} AS isSame`,
  );
  if (Number(isSame) !== 1) {
    throw new Error(`its name or comment has characters that ${characterSet}, in which its body is, does not have`);
  }
  const recoded = Buffer.from(String(hex), 'hex');
  return Buffer.concat([statement.subarray(0, part.start), recoded, statement.subarray(part.end)]);
}

interface Part {
  readonly start: number;
  readonly end: number;
}

/** Bytes are looked at one by one: nothing in UTF-8 looks like a quote that is none. */
function eventHead(statement: Buffer): Part {
  const body = tokenize(statement.toString('latin1')).find(({ kind, text }) => kind === 'word' && text === 'DO');
  return { start: 0, end: body?.start ?? statement.length };
}

/** Empty when the routine has no comment that needs another encoding. */
function commentClause(statement: Buffer, comment: string): Part {
  if (isAscii(Buffer.from(comment))) {
    return { start: 0, end: 0 };
  }
  const clause = `COMMENT '${Array.from(comment, (character) => ESCAPES.get(character) ?? character).join('')}'`;
  const start = statement.indexOf(clause);
  if (start === -1) {
    throw new Error('its comment is not where the server puts it');
  }
  return { start, end: start + Buffer.byteLength(clause) };
}

/** As the server escapes a comment in a statement that it shows. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ["'", "''"],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\0', '\\0'],
  ['\x1a', '\\Z'],
]);
