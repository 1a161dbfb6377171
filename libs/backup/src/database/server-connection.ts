import type { NetConnectOpts } from 'node:net';
import { createConnection, type Connection as CoreConnection, type ConnectionOptions } from 'mysql2';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { PacketMemory } from './row-stream/packet-memory.js';
import { PacketSocket } from './row-stream/packet-socket.js';
import { errorNumber, translateError } from './database.errors.js';
import { SELECT_SERVER_INFO, serverInfo, type ServerInfo } from './server-info.js';
import { FLAVOUR_SETTINGS, LOCK_WAIT_SECONDS, OPTIONAL_SETTINGS, SESSION_SETTINGS } from './session-settings.js';
import { quoteName } from './sql.js';

/** How to reach a server: plain data, so that worker threads can be given it. */
export interface ServerAddress {
  readonly host?: string;
  readonly port?: number;
  readonly socketPath?: string;
  readonly user: string;
  readonly password?: string;
  /** TLS options of mysql2. */
  readonly ssl?: ConnectionOptions['ssl'];
}

/** A value as the text protocol gives it: bytes, or NULL. */
type RowValue = string | number | Buffer | null;
export type Row = Readonly<Record<string, RowValue>>;

/** `user@host:port`, for messages. */
export function describeAddress(address: ServerAddress): string {
  const place = address.socketPath ?? `${address.host ?? 'localhost'}:${String(address.port ?? 3306)}`;
  return `${address.user}@${place}`;
}

/** No such variable; no privilege to change it; not to be changed in this version. */
const NOT_SETTABLE = new Set([1193, 1227, 1238]);

const ROUND_TRIPS = 5;

/** One session on a server with the engine's settings. */
export class ServerConnection {
  /** For the one packet that is being sent. */
  readonly packetMemory = new PacketMemory();
  /** What {@link use} has chosen. */
  private database: string | null = null;
  /** Ends when the last of those that {@link alone} was given has ended. */
  private turn: Promise<unknown> = Promise.resolve();
  private measuredRoundTrip: Promise<number> | null = null;
  /** What {@link set} has set, by name. */
  private readonly settings = new Map<string, string>();

  private constructor(
    /** The callback connection, for the row stream. */
    readonly core: CoreConnection,
    private readonly packets: PacketSocket | null,
    private readonly connection: Connection,
    readonly address: ServerAddress,
    readonly server: ServerInfo,
  ) {}

  /** @throws BackupError `connection_failed` */
  static async open(address: ServerAddress, database?: string): Promise<ServerConnection> {
    // TLS needs an ordinary socket below it
    const packets = isDefined(address.ssl) ? null : new PacketSocket(socketAddress(address));
    const core = createConnection({
      stream: packets?.socket,
      host: address.host,
      port: address.port,
      socketPath: address.socketPath,
      user: address.user,
      password: address.password,
      ssl: address.ssl,
      database,
      charset: 'utf8mb4',
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      // a statement's packet is written by the row stream too, which knows no attributes
      flags: ['-LOCAL_FILES', '-CLIENT_QUERY_ATTRIBUTES'],
    });
    // a lost connection is reported by the query that meets it
    core.on('error', () => undefined);
    try {
      await connected(core);
      const connection = core.promise();
      const server = await configureSession(connection);
      return new ServerConnection(core, packets, connection, address, server);
    } catch (error) {
      core.destroy();
      throw translateError(error, address);
    }
  }

  /** Makes a database the session's, for the tasks of an engine thread, which choose it in no other way. */
  async use(database: string): Promise<void> {
    if (this.database !== database) {
      await this.query(`USE ${quoteName(database)}`);
      this.database = database;
    }
  }

  /**
   * Sets what is not set so already, for the tasks of an engine thread, which change these settings in no other way.
   *
   * @param settings what stands after SET SESSION
   */
  async set(...settings: readonly string[]): Promise<void> {
    for (const setting of settings) {
      const [name] = setting.split('=', 1);
      if (this.settings.get(name) !== setting) {
        await this.query(`SET SESSION ${setting}`);
        this.settings.set(name, setting);
      }
    }
  }

  /** How long an answer to next to nothing takes, measured once, milliseconds. */
  roundTrip(): Promise<number> {
    return (this.measuredRoundTrip ??= this.measureRoundTrip());
  }

  /** Runs steps that rely on what they set in the session, one such piece of work after another. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  /** Runs a query with `?` placeholders, which are escaped on this side. Server errors come as {@link BackupError}. */
  async query(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      const [rows] = await this.connection.query<RowDataPacket[]>(sql, [...values]);
      return Array.isArray(rows) ? rows : [];
    } catch (error) {
      throw translateError(error, this.address);
    }
  }

  /** Runs a query whose values come as bytes in whatever character set the server has them, NULL as null. */
  async queryBytes(sql: string): Promise<Record<string, Buffer | null>[]> {
    try {
      const [rows] = await this.connection.query<RowDataPacket[]>({
        sql,
        typeCast: (field) => field.buffer(),
      });
      return rows;
    } catch (error) {
      throw translateError(error, this.address);
    }
  }

  /** Sets how long this session waits for locks: half a minute from the start, or a second. */
  async waitForLocks(how: keyof typeof LOCK_WAIT_SECONDS): Promise<void> {
    await this.query('SET SESSION lock_wait_timeout=?', [LOCK_WAIT_SECONDS[how]]);
  }

  /** Says whether the bytes of rows may be reused after they were handed on; only the row stream can stand that. */
  set reusesBytes(isOn: boolean) {
    if (this.packets !== null) {
      this.packets.reusesBytes = isOn;
    }
  }

  /** Reads no more rows for the time being. */
  pause(): void {
    if (this.packets !== null) {
      this.packets.keepsBytes = true;
    }
    this.core.pause();
  }

  resume(): void {
    if (this.packets !== null) {
      this.packets.keepsBytes = false;
    }
    this.core.resume();
  }

  /** The shortest of a few: what else the machines do makes others longer. */
  private async measureRoundTrip(): Promise<number> {
    let shortest = Infinity;
    for (let tries = 0; tries < ROUND_TRIPS; tries += 1) {
      const start = performance.now();
      await this.query('DO 0');
      shortest = Math.min(shortest, performance.now() - start);
    }
    return shortest;
  }

  /** Closes after the running query. */
  async end(): Promise<void> {
    await this.connection.end().catch(() => {
      this.core.destroy();
    });
  }

  /** Closes at once; a running query fails. */
  destroy(): void {
    this.core.destroy();
  }

  /**
   * Ends the session from outside, with the statement it runs: a server goes on with a statement whose client has left,
   * keeps its locks, or goes on waiting for one.
   */
  async kill(): Promise<void> {
    try {
      const messenger = await ServerConnection.open(this.address);
      await messenger.query(`KILL ${String(this.threadId)}`).catch(() => undefined);
      await messenger.end();
    } catch {
      // a server that cannot be reached runs nothing that could be ended from here
    }
  }

  get threadId(): number {
    return this.core.threadId;
  }
}

function connected(core: CoreConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    core.connect((error) => {
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
}

/** Gives a session the engine's settings, which depend on what the server says it is. */
async function configureSession(connection: Connection): Promise<ServerInfo> {
  // init_connect comes after what was agreed on when connecting
  await connection.query('SET NAMES utf8mb4');
  await connection.query(`SET SESSION ${SESSION_SETTINGS.join(', ')}`);
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE');
  const [[row]] = await connection.query<RowDataPacket[]>(SELECT_SERVER_INFO);
  const server = serverInfo(row);
  await connection.query(`SET SESSION ${FLAVOUR_SETTINGS[server.flavour].join(', ')}`);
  await Promise.all(OPTIONAL_SETTINGS[server.flavour].map((setting) => setWherePossible(connection, setting)));
  return server;
}

async function setWherePossible(connection: Connection, setting: string): Promise<void> {
  try {
    await connection.query(`SET SESSION ${setting}`);
  } catch (error) {
    if (!NOT_SETTABLE.has(errorNumber(error))) {
      throw error;
    }
  }
}

function socketAddress(address: ServerAddress): NetConnectOpts {
  return address.socketPath === undefined
    ? { host: address.host ?? 'localhost', port: address.port ?? 3306 }
    : { path: address.socketPath };
}

function isDefined(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}
