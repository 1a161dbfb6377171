import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { ServerConnection, type ServerAddress } from '../database/server-connection.js';
import { sourceBusy } from './operation.errors.js';

/** How often the session is used, so that the server's `wait_timeout` does not end it, milliseconds. */
const KEEP_ALIVE = 20_000;

/** How long a killed session may take to let go of its locks, seconds. */
const SESSION_ENDS_WITHIN = 10;
/** How long one attempt at a lock may take, seconds. */
const TURN = 1;

/** What one operation at a time works on. */
export interface LockedSources {
  readonly databases: readonly string[];
  /** Of files. */
  readonly folders: readonly string[];
}

/** How long to wait for a lock. */
export interface Patience {
  readonly seconds: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

/** The lock that an operation holds for as long as its process lives. */
export function operationLock(backupid: string): string {
  return `nestjs-backup:op:${backupid}`;
}

/** The lock of a database: held by a backup or restore of it. Within the server's limit of 64 characters. */
export function databaseLock(database: string): string {
  return `nestjs-backup:db:${createHash('sha1').update(database).digest('hex')}`;
}

/** The lock of a folder of files on a host, held by a backup of it or a restore into it. */
export function folderLock(folder: string): string {
  return `nestjs-backup:fs:${createHash('sha1').update(`${hostname()}:${folder}`).digest('hex')}`;
}

/**
 * Named locks on a session of their own: they die with their holder, however it ends.
 *
 * @see https://mariadb.com/kb/en/get_lock/
 */
export class ServerLocks {
  private readonly keepAlive: NodeJS.Timeout;
  private readonly taken: string[] = [];

  private constructor(
    private readonly connection: ServerConnection,
    onLost: () => void,
  ) {
    this.keepAlive = setInterval(() => {
      connection.query('DO 1').catch(onLost);
    }, KEEP_ALIVE);
    connection.core.on('end', onLost);
  }

  /** @param onLost called when the session ends and the locks with it */
  static async open(address: ServerAddress, onLost: () => void): Promise<ServerLocks> {
    return new ServerLocks(await ServerConnection.open(address), onLost);
  }

  /** Takes a lock. False: somebody else has it, and still had it after these seconds. */
  async take(name: string, seconds = 0): Promise<boolean> {
    const [row] = await this.connection.query('SELECT GET_LOCK(?, ?) AS taken', [name, seconds]);
    const isTaken = Number(row.taken) === 1;
    if (isTaken) {
      this.taken.push(name);
    }
    return isTaken;
  }

  /** Takes all of some locks, in one go. False: somebody else has one, and those that were free are taken. */
  async takeAll(names: readonly string[]): Promise<boolean> {
    const calls = names.map((_, index) => `GET_LOCK(?, 0) AS taken_${String(index)}`);
    const [row] = await this.connection.query(`SELECT ${calls.join(', ')}`, [...names]);
    const free = names.filter((_, index) => Number(row[`taken_${String(index)}`]) === 1);
    this.taken.push(...free);
    return free.length === names.length;
  }

  /** Takes the locks of databases. @throws BackupError `busy` */
  async takeDatabases(databases: readonly string[], patience: Patience = { seconds: 0 }): Promise<void> {
    for (const database of [...databases].sort()) {
      if (!(await this.takePatiently(databaseLock(database), patience))) {
        throw sourceBusy(`database ${database}`);
      }
    }
  }

  /** Takes the locks of folders of files. @throws BackupError `busy` */
  async takeFolders(folders: readonly string[], patience: Patience = { seconds: 0 }): Promise<void> {
    for (const folder of [...folders].sort()) {
      if (!(await this.takePatiently(folderLock(folder), patience))) {
        throw sourceBusy(folder);
      }
    }
  }

  /** Looks whether others hold locks of databases or folders. @throws BackupError `busy` */
  async assertFree({ databases, folders }: LockedSources): Promise<void> {
    for (const database of databases) {
      if (!(await this.isFree(databaseLock(database)))) {
        throw sourceBusy(`database ${database}`);
      }
    }
    for (const folder of folders) {
      if (!(await this.isFree(folderLock(folder)))) {
        throw sourceBusy(folder);
      }
    }
  }

  /** In short turns: the session cannot be told in the middle of one that nobody wants the lock any more. */
  private async takePatiently(name: string, { seconds, signal }: Patience): Promise<boolean> {
    for (let left = seconds; left > 0; left -= TURN) {
      if (await this.take(name, TURN)) {
        return true;
      }
      signal?.throwIfAborted();
    }
    return this.take(name);
  }

  /** Ends the session that holds a lock, and takes it. False: somebody else was faster. */
  async wrest(name: string): Promise<boolean> {
    return this.takeFrom(await this.holderOf(name), name);
  }

  /** {@link wrest} from a session that has asked the server nothing for so many seconds. False: the holder is another one. */
  async wrestFromIdle(name: string, seconds: number): Promise<boolean> {
    const holder = await this.holderOf(name);
    const sessions = await this.connection.query('SHOW PROCESSLIST');
    const isIdle = sessions.some(
      ({ Id, Command, Time }) => Number(Id) === holder && Command === 'Sleep' && Number(Time) >= seconds,
    );
    return isIdle && this.takeFrom(holder, name);
  }

  /** The number of the session that holds a lock; null: nobody does. */
  private async holderOf(name: string): Promise<number | null> {
    const [{ holder }] = await this.connection.query('SELECT IS_USED_LOCK(?) AS holder', [name]);
    return holder === null ? null : Number(holder);
  }

  private async takeFrom(holder: number | null, name: string): Promise<boolean> {
    if (holder !== null) {
      await this.connection.query(`KILL ${String(holder)}`);
    }
    return this.take(name, SESSION_ENDS_WITHIN);
  }

  isFree(name: string): Promise<boolean> {
    return this.areFree([name]);
  }

  /** Whether nobody has any of these locks. */
  async areFree(names: readonly string[]): Promise<boolean> {
    const calls = names.map(() => 'IS_FREE_LOCK(?)');
    const [row] = await this.connection.query(`SELECT ${calls.join(' AND ')} AS free`, [...names]);
    return Number(row.free) === 1;
  }

  async release(): Promise<void> {
    clearInterval(this.keepAlive);
    this.connection.core.removeAllListeners('end');
    await this.giveBack().catch(() => undefined);
    await this.connection.end();
  }

  /** Gives all locks back: a server may take a moment to notice that a session has ended, and others do not wait. */
  async giveBack(): Promise<void> {
    const names = this.taken.splice(0);
    if (names.length > 0) {
      await this.connection.query(`DO ${names.map(() => 'RELEASE_LOCK(?)').join(', ')}`, names);
    }
  }
}
