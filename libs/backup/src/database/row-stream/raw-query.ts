import type { ServerConnection } from '../server-connection.js';
import type { PacketMemory } from './packet-memory.js';

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
const COM_STMT_EXECUTE = 0x17;
const COM_SET_OPTION = 0x1b;
/** Arguments of COM_SET_OPTION: whether a query may hold several statements. */
const SEVERAL_STATEMENTS = { on: 0, off: 1 } as const;
/** Statements that are sent in one query have at most so many characters. */
const TOGETHER_CHARACTERS = 32_768;
/** In a server's status: another statement of the same query is still to be answered. */
const MORE_RESULTS = 0x08;
const OK = 0x00;
const LOCAL_INFILE = 0xfb;
const END_OF_ROWS = 0xfe;
const FAILURE = 0xff;

type State = 'start' | 'header' | 'columns' | 'rows' | 'done';

/** What takes the answer to a query: packets, valid only during the call. */
export interface PacketSink {
  /** A column's definition. */
  column(buffer: Buffer, offset: number, end: number): void;
  row(buffer: Buffer, offset: number, end: number): void;
  /** All rows have come. */
  end?(): void;
}

/** Takes the answer of a statement that gives no rows. */
export const NOTHING: PacketSink = { column: () => undefined, row: () => undefined };

/**
 * A command whose rows are handed on as raw packet bytes, and whose statement may be raw bytes. mysql2 runs any object
 * of this shape given to `connection.addCommand`. A query of several statements has an answer for each.
 *
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response.html
 */
class RawQuery implements Command {
  private state: State = 'start';
  private columnsLeft = 0;
  private answers = 0;
  private failed = false;
  private packet: OutgoingPacket | null = null;

  constructor(
    private readonly command: number,
    /** Its pieces, one after another. */
    private readonly payload: readonly Buffer[],
    private readonly memory: PacketMemory,
    private readonly sinks: readonly PacketSink[],
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
      this.packet = commandPacket(this.command, this.payload, this.memory);
      connection.writePacket(this.packet);
      this.state = 'header';
      return false;
    }
    if (this.state === 'rows') {
      return this.row(packet);
    }
    if (this.state === 'done') {
      // it was aborted: what had come with the packet before is dropped
      return false;
    }
    const marker = packet.buffer[packet.offset];
    if (marker === FAILURE) {
      return this.finish(errorFrom(packet));
    }
    if (this.state === 'columns') {
      return this.column(packet);
    }
    if (marker === OK) {
      return this.endAnswer(statusOfOk(packet));
    }
    if (marker === END_OF_ROWS) {
      return this.endAnswer(statusOfEnd(packet));
    }
    if (marker === LOCAL_INFILE) {
      throw new QueryError('the server asked for a local file, which is never sent', 0, '');
    }
    this.columnsLeft = columnCount(packet);
    this.state = 'columns';
    return false;
  }

  private get sink(): PacketSink {
    return this.sinks[this.answers] ?? NOTHING;
  }

  /** The definitions end with an end-of-file packet. */
  private column(packet: Packet): boolean {
    if (this.columnsLeft === 0) {
      this.state = 'rows';
    } else {
      this.columnsLeft -= 1;
      this.sink.column(packet.buffer, packet.offset, packet.end);
    }
    return false;
  }

  private row(packet: Packet): boolean {
    const marker = packet.buffer[packet.offset];
    if (marker === FAILURE) {
      return this.finish(errorFrom(packet));
    }
    const isEnd = marker === END_OF_ROWS && packet.end - packet.offset < 9;
    if (!this.failed) {
      try {
        if (isEnd) {
          this.sink.end?.();
        } else {
          this.sink.row(packet.buffer, packet.offset, packet.end);
        }
      } catch (error) {
        // rows that still come are read off the connection and dropped
        this.failed = true;
        this.settle(error instanceof Error ? error : new Error(String(error)));
      }
    }
    return isEnd ? this.endAnswer(statusOfEnd(packet)) : false;
  }

  private endAnswer(status: number): boolean {
    if ((status & MORE_RESULTS) === 0) {
      return this.finish(null);
    }
    this.answers += 1;
    this.state = 'header';
    return false;
  }

  private finish(error: Error | null): boolean {
    this.state = 'done';
    if (this.packet !== null) {
      // the server has answered, so all of it was sent
      this.memory.giveBack(this.packet.buffer);
    }
    if (!this.failed) {
      this.settle(error);
    }
    return true;
  }
}

const FULL_PACKET = 0xff_ffff;

function commandPacket(command: number, payload: readonly Buffer[], memory: PacketMemory): OutgoingPacket {
  const length = payload.reduce((sum, piece) => sum + piece.length, 0);
  // a payload that ends with a full packet would need an empty one after it: a space avoids that
  const padding = (length + 1) % FULL_PACKET === 0 ? 1 : 0;
  const buffer = memory.take(length + 5 + padding);
  buffer[4] = command;
  let at = 5;
  for (const piece of payload) {
    at += piece.copy(buffer, at);
  }
  buffer.fill(' ', at);
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

/** After a marker and the count of warnings. */
function statusOfEnd({ buffer, offset }: Packet): number {
  return buffer.readUInt16LE(offset + 3);
}

/** After a marker and two length-encoded integers. */
function statusOfOk({ buffer, offset }: Packet): number {
  const insertId = offset + 1 + encodedIntegerBytes(buffer[offset + 1]);
  return buffer.readUInt16LE(insertId + encodedIntegerBytes(buffer[insertId]));
}

function encodedIntegerBytes(first: number): number {
  switch (first) {
    case 0xfc:
      return 3;
    case 0xfd:
      return 4;
    case 0xfe:
      return 9;
    default:
      return 1;
  }
}

function errorFrom(packet: Packet): QueryError {
  const body = packet.buffer.subarray(packet.offset + 1, packet.end);
  const errno = body.readUInt16LE(0);
  const hasState = body[2] === 0x23;
  const sqlState = hasState ? body.toString('latin1', 3, 8) : '';
  return new QueryError(body.toString('utf8', hasState ? 8 : 2), errno, sqlState);
}

/** Runs a command of ours; when `signal` aborts, the connection is closed. */
function run(
  connection: ServerConnection,
  command: number,
  payload: readonly Buffer[],
  sinks: readonly PacketSink[],
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      // mysql2 tells a command nothing when its own side closes the connection
      query.onResult(abortReason(signal));
      connection.destroy();
    };
    const query = new RawQuery(command, payload, connection.packetMemory, sinks, (error) => {
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
    (connection.core as unknown as CommandQueue).addCommand(query);
  });
}

/** The statement's number on the server. */
function prepare(connection: ServerConnection, sql: string, signal: AbortSignal | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(abortReason(signal));
      connection.destroy();
    };
    if (signal?.aborted === true) {
      abort();
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });
    connection.core.prepare(sql, (error, statement) => {
      signal?.removeEventListener('abort', abort);
      if (error === null) {
        resolve((statement as unknown as { readonly id: number }).id);
      } else {
        reject(error);
      }
    });
  });
}

function abortReason(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('aborted');
}

/**
 * Runs a query and hands its packets to the sink, rows in the text protocol. When the sink throws, the query fails at
 * once and the connection is good only for being closed; so it is after an abort. No other query may run on the
 * connection meanwhile.
 */
export function streamText(
  connection: ServerConnection,
  sql: string,
  sink: PacketSink,
  signal?: AbortSignal,
): Promise<void> {
  return run(connection, COM_QUERY, [Buffer.from(sql)], [sink], signal);
}

/** A statement and what takes its rows. */
export interface StreamedStatement {
  readonly sql: string;
  readonly sink: PacketSink;
}

/** The same for several statements in as few trips to the server as can be; the first that fails is the last. */
export async function streamTexts(
  connection: ServerConnection,
  statements: readonly StreamedStatement[],
  signal?: AbortSignal,
): Promise<void> {
  await allowSeveralStatements(connection, 'on', signal);
  try {
    for (const query of inPackets(statements)) {
      const sql = query.map((statement) => statement.sql).join(';');
      const sinks = query.map(({ sink }) => sink);
      await run(connection, COM_QUERY, [Buffer.from(sql)], sinks, signal);
    }
  } finally {
    await allowSeveralStatements(connection, 'off', signal);
  }
}

/** Keeps queries of several statements well below what any server takes. */
function inPackets(statements: readonly StreamedStatement[]): StreamedStatement[][] {
  const packets: StreamedStatement[][] = [];
  let length = Infinity;
  for (const statement of statements) {
    length += statement.sql.length;
    if (length > TOGETHER_CHARACTERS) {
      packets.push([]);
      length = statement.sql.length;
    }
    packets[packets.length - 1].push(statement);
  }
  return packets;
}

/**
 * As a rule a query is one statement, so that nothing else can be slipped into it.
 *
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_set_option.html
 */
function allowSeveralStatements(
  connection: ServerConnection,
  option: keyof typeof SEVERAL_STATEMENTS,
  signal: AbortSignal | undefined,
): Promise<void> {
  return run(connection, COM_SET_OPTION, [Buffer.from([SEVERAL_STATEMENTS[option], 0])], [], signal);
}

/** The same with rows in the binary protocol: a prepared statement, executed once. */
export async function streamBinary(
  connection: ServerConnection,
  sql: string,
  sink: PacketSink,
  signal?: AbortSignal,
): Promise<void> {
  const statement = await prepare(connection, sql, signal);
  // its number, no cursor, and once
  const payload = Buffer.alloc(9);
  payload.writeUInt32LE(statement, 0);
  payload.writeUInt32LE(1, 5);
  await run(connection, COM_STMT_EXECUTE, [payload], [sink], signal);
  connection.core.unprepare(sql);
}

/** Runs a statement given as bytes, in pieces that follow each other, of which nothing comes back. */
export function runStatement(
  connection: ServerConnection,
  statement: readonly Buffer[],
  signal?: AbortSignal,
): Promise<void> {
  return run(connection, COM_QUERY, statement, [], signal);
}
