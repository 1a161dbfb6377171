import { BinaryRows } from '../row-stream/binary-rows.js';
import { streamBinary, streamText } from '../row-stream/raw-query.js';
import { RowEncoder } from '../row-stream/row-encoder.js';
import { TextRows } from '../row-stream/text-rows.js';
import type { ServerConnection } from '../server-connection.js';
import { encodedColumns, insertHeader, readsBinary, type TableShape } from '../table-rows.js';

/**
 * The encoder of a table's rows.
 *
 * @param flush takes each INSERT statement, whose bytes are valid only during the call
 */
export function tableEncoder(shape: TableShape, flush: (statement: Buffer) => void): RowEncoder {
  const columns = encodedColumns(shape);
  const format = readsBinary(shape) ? new BinaryRows(columns) : new TextRows(columns);
  return new RowEncoder(columns, format, insertHeader(shape), shape.statementBytes, flush);
}

/**
 * Reads rows of a table in the session's database.
 *
 * @param select selects the shape's columns
 * @param onRow is given each row's packet, most often to hand it to the encoder
 */
export function readRows(
  connection: ServerConnection,
  shape: TableShape,
  select: string,
  encoder: RowEncoder,
  onRow: (buffer: Buffer, offset: number, end: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const stream = readsBinary(shape) ? streamBinary : streamText;
  const sink = {
    column: (buffer: Buffer, offset: number, end: number) => {
      encoder.column(buffer, offset, end);
    },
    row: onRow,
  };
  return stream(connection, select, sink, signal);
}
