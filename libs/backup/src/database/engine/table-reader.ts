import { BinaryRows } from '../row-stream/binary-rows.js';
import { NOTHING, streamBinary, streamText, streamTexts, type PacketSink } from '../row-stream/raw-query.js';
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

/** Rows of a table in the session's database. */
export interface RowsToRead {
  readonly shape: TableShape;
  /** Selects the shape's columns. */
  readonly select: string;
  readonly encoder: RowEncoder;
  /** Is given each row's packet, most often to hand it to the encoder. */
  readonly onRow: (buffer: Buffer, offset: number, end: number) => void;
  readonly onEnd?: () => void;
}

/** Reads rows of a table. */
export function readRows(connection: ServerConnection, rows: RowsToRead, signal?: AbortSignal): Promise<void> {
  const stream = readsBinary(rows.shape) ? streamBinary : streamText;
  return stream(connection, rows.select, sinkOf(rows), signal);
}

/**
 * Reads rows of one table or of several, these in one trip to the server and all in the text protocol. Their encoders
 * have given their statements and hold nothing more afterwards.
 *
 * @param after a statement to run after each
 */
export async function readTables(
  connection: ServerConnection,
  tables: readonly RowsToRead[],
  after: string | null,
  signal: AbortSignal,
): Promise<void> {
  if (tables.length > 1) {
    const following = after === null ? [] : [{ sql: after, sink: NOTHING }];
    const statements = tables.flatMap((rows) => [{ sql: rows.select, sink: sinkOf(rows) }, ...following]);
    await streamTexts(connection, statements, signal);
  } else {
    await readRows(connection, tables[0], signal);
    if (after !== null) {
      await connection.query(after);
    }
  }
  tables.forEach(({ encoder }) => {
    encoder.release();
  });
}

function sinkOf({ encoder, onRow, onEnd }: RowsToRead): PacketSink {
  return {
    column: (buffer, offset, end) => {
      encoder.column(buffer, offset, end);
    },
    row: onRow,
    end: onEnd,
  };
}
