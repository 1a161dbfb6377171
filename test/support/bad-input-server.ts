import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, createPool, type RowDataPacket } from 'mysql2/promise';
import { startMariadb } from '../../scripts/throwaway-server.js';
import type { TestDatabase } from './test-database.js';

/** A database server of a test's own, to be killed while it works. */
export interface FragileServer {
  readonly url: string;
  /** An empty database, which ends with the server. */
  createDatabase(name: string): Promise<TestDatabase>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on its data, at the same address. */
  restart(): Promise<void>;
  /** Runs a statement. */
  query(sql: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startFragileServer(): Promise<FragileServer> {
  const server = await startMariadb({
    options: ['--innodb-flush-log-at-trx-commit=2', '--innodb-buffer-pool-size=64M', '--innodb-log-file-size=64M'],
  });
  let second: ChildProcess | undefined;
  const endSecond = async (): Promise<void> => {
    if (second?.exitCode === null && second.signalCode === null) {
      second.kill('SIGKILL');
      await once(second, 'exit');
    }
  };
  const query = async (sql: string): Promise<void> => {
    const connection = await createConnection(server.url);
    try {
      await connection.query(sql);
    } finally {
      await connection.end();
    }
  };
  return {
    url: server.url,
    async createDatabase(name) {
      await query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
      const url = `${server.url}/${name}`;
      const pool = createPool({ uri: url, multipleStatements: true, dateStrings: true, supportBigNumbers: true });
      return {
        name,
        url,
        async query(sql, params = []) {
          const [rows] = await pool.query<RowDataPacket[]>(sql, [...params]);
          return Array.isArray(rows) ? rows : [];
        },
        drop: () => pool.end(),
      };
    },
    kill: () => server.kill(),
    async restart() {
      second = spawn(
        'mariadbd',
        [
          '--no-defaults',
          `--datadir=${server.dataFolder}`,
          `--socket=${server.socket}`,
          `--port=${String(server.port)}`,
          '--bind-address=127.0.0.1',
          '--skip-name-resolve',
          '--innodb-log-file-size=64M',
          ...(process.getuid?.() === 0 ? ['--user=root'] : []),
        ],
        { stdio: ['ignore', 'ignore', 'pipe'] },
      );
      await untilReady(second);
    },
    query,
    async stop() {
      await endSecond();
      await server.stop();
    },
  };
}

/** Resolves when the server's log says that it takes connections. */
function untilReady({ stderr }: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes('ready for connections')) {
        resolve();
      }
    });
    stderr?.on('end', () => {
      reject(new Error(`The server does not start again:\n${log}`));
    });
  });
}
