import { releaseBuffer } from '../../backup-set/release-buffer.js';
import type { ServerConnection } from '../server-connection.js';

/** What a command receives from mysql2: a packet's payload stands at `offset` to `end` of `buffer`, for the call only. */
interface Packet {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
}

interface OutgoingPacket {
  readonly buffer: Buffer;
  length(): number;
  writeHeader(sequenceId: number): void;
}

/** The part of a mysql2 connection that a command object is given. */
interface CommandConnection {
  sequenceId: number;
  writePacket(packet: OutgoingPacket): void;
}

interface CommandQueue {
  addCommand(command: Command): void;
}

interface Command {
  /** Called once without a packet to start, then with each packet; true ends the command. */
  execute(packet: Packet | undefined, connection: CommandConnection): boolean;
  stateName(): string;
  onResult(error: Error | null): void;
}

/** An error packet of the server, or a lost connection (`errno` 0). */
export class QueryError extends Error {
  constructor(
    message: string,
    readonly errno: number,
    readonly sqlState: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'QueryError';
  }
}

const COM_QUERY = 0x03;
const OK = 0x00;
const LOCAL_INFILE = 0xfb;
const END_OF_ROWS = 0xfe;
const FAILURE = 0xff;

type State = 'start' | 'header' | 'columns' | 'rows' | 'done';

/**
 * COM_QUERY whose rows are handed on as raw packet bytes, and whose statement may be raw bytes. mysql2 runs any object
 * of this shape given to `connection.addCommand`.
 *
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response.html
 */
class RawQuery implements Command {
  private state: State = 'start';
  private columnsLeft = 0;
  private failed = false;
  private packet: OutgoingPacket | null = null;

  constructor(
    private readonly statement: Buffer,
    private readonly onRow: (buffer: Buffer, offset: number, end: number) => void,
    private readonly settle: (error: Error | null) => void,
  ) {}

  stateName(): string {
    return this.state;
  }

  onResult(error: Error | null): void {
    if (this.state !== 'done') {
      this.state = 'done';
      this.settle(error ?? new QueryError('the connection ended during a query', 0, ''));
    }
  }

  execute(packet: Packet | undefined, connection: CommandConnection): boolean {
    if (packet === undefined) {
      connection.sequenceId = 0;
      this.packet = commandPacket(this.statement);
      connection.writePacket(this.packet);
      this.state = 'header';
      return false;
    }
    if (this.state === 'rows') {
      return this.row(packet);
    }
    const marker = packet.buffer[packet.offset];
    if (marker === FAILURE) {
      return this.finish(errorFrom(packet));
    }
    if (this.state === 'columns') {
      return this.column();
    }
    if (marker === OK) {
      return this.finish(null);
    }
    if (marker === LOCAL_INFILE) {
      throw new QueryError('the server asked for a local file, which is never sent', 0, '');
    }
    this.columnsLeft = columnCount(packet);
    this.state = 'columns';
    return false;
  }

  /** The definitions are not looked at: what is selected is known. They end with an end-of-file packet. */
  private column(): boolean {
    if (this.columnsLeft === 0) {
      this.state = 'rows';
    } else {
      this.columnsLeft -= 1;
    }
    return false;
  }

  private row(packet: Packet): boolean {
    const marker = packet.buffer[packet.offset];
    if (marker === END_OF_ROWS && packet.end - packet.offset < 9) {
      return this.finish(null);
    }
    if (marker === FAILURE) {
      return this.finish(errorFrom(packet));
    }
    if (!this.failed) {
      try {
        this.onRow(packet.buffer, packet.offset, packet.end);
      } catch (error) {
        // rows that still come are read off the connection and dropped
        this.failed = true;
        this.settle(error instanceof Error ? error : new Error(String(error)));
      }
    }
    return false;
  }

  private finish(error: Error | null): boolean {
    this.state = 'done';
    if (this.packet !== null) {
      // the server has answered, so all of it was sent
      releaseBuffer(this.packet.buffer);
    }
    if (!this.failed) {
      this.settle(error);
    }
    return true;
  }
}

const FULL_PACKET = 0xff_ffff;

function commandPacket(statement: Buffer): OutgoingPacket {
  // a payload that ends with a full packet would need an empty one after it: a space avoids that
  const padding = (statement.length + 1) % FULL_PACKET === 0 ? 1 : 0;
  const buffer = Buffer.allocUnsafe(statement.length + 5 + padding);
  buffer[4] = COM_QUERY;
  statement.copy(buffer, 5);
  buffer.fill(' ', 5 + statement.length);
  return {
    buffer,
    length: () => buffer.length - 4,
    writeHeader: (sequenceId) => {
      buffer.writeUIntLE(buffer.length - 4, 0, 3);
      buffer[3] = sequenceId;
    },
  };
}

/** A length-encoded integer; a table has at most 4096 columns, so one or three bytes. */
function columnCount(packet: Packet): number {
  const first = packet.buffer[packet.offset];
  return first < LOCAL_INFILE ? first : packet.buffer.readUInt16LE(packet.offset + 1);
}

function errorFrom(packet: Packet): QueryError {
  const body = packet.buffer.subarray(packet.offset + 1, packet.end);
  const errno = body.readUInt16LE(0);
  const hasState = body[2] === 0x23;
  const sqlState = hasState ? body.toString('latin1', 3, 8) : '';
  return new QueryError(body.toString('utf8', hasState ? 8 : 2), errno, sqlState);
}

function run(
  connection: ServerConnection,
  statement: Buffer,
  onRow: (buffer: Buffer, offset: number, end: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      // mysql2 tells a command nothing when its own side closes the connection
      command.onResult(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
      connection.destroy();
    };
    const command = new RawQuery(statement, onRow, (error) => {
      connection.reusesBytes = false;
      signal?.removeEventListener('abort', abort);
      if (error === null) {
        resolve();
      } else {
        reject(error);
      }
    });
    if (signal?.aborted === true) {
      abort();
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });
    connection.reusesBytes = true;
    (connection.core as unknown as CommandQueue).addCommand(command);
  });
}

/**
 * Runs a query and hands each row's packet bytes to `onRow`; they are valid only during that call. When `onRow` throws
 * the query fails at once and the connection is good only for being closed; so it is after an abort. No other query may
 * run on the connection meanwhile.
 */
export function streamRows(
  connection: ServerConnection,
  sql: string,
  onRow: (buffer: Buffer, offset: number, end: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  return run(connection, Buffer.from(sql), onRow, signal);
}

/** Runs a statement given as bytes, of which nothing comes back. */
export function runStatement(connection: ServerConnection, statement: Buffer, signal?: AbortSignal): Promise<void> {
  return run(connection, statement, () => undefined, signal);
}
