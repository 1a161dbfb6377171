import { documentExpression } from './json-document.js';
import { COMMA, writeText, ZERO } from './literals.js';

const COLON = 0x3a;

/** A row has to be written again, into a larger buffer. */
export class RoomNeeded extends Error {
  /** @param bytes more than there were */
  constructor(readonly bytes: number) {
    super('a document needs more room');
    this.name = 'RoomNeeded';
  }
}

/** Writes MySQL's JSON documents, whose expressions can be many times as long as their text. */
export class DocumentWriter {
  /** Bytes of the buffer that no other value of the row can need. */
  spare = 0;
  /** Whether any document held a value of a type that JSON text does not have, and was written as an expression. */
  hasTyped = false;

  /**
   * @returns where the literal ends
   * @throws RoomNeeded when the document does not fit
   */
  write(source: Buffer, from: number, stop: number, target: Buffer, start: number): number {
    const colon = source.indexOf(COLON, from);
    if (source.subarray(from, colon).every((byte) => byte === ZERO || byte === COMMA)) {
      return writeText(source, colon + 1, stop, target, start);
    }
    const text = documentExpression(source.toString('latin1', from, colon), source.toString('utf8', colon + 1, stop));
    this.hasTyped = true;
    this.spare -= Buffer.byteLength(text);
    if (this.spare < 0) {
      throw new RoomNeeded(-this.spare);
    }
    return start + target.write(text, start);
  }
}
