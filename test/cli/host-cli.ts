import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBuilt } from '../../scripts/ensure-built.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { callHost, type HostRun } from './host-call.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/host.js', import.meta.url));

/** The host in a database and a storage folder of its own; both are empty at first. */
export interface HostCli {
  readonly database: TestDatabase;
  readonly storage: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs a command to its end, in this process: a second less than a process of its own. */
  run(...words: string[]): Promise<HostRun>;
  /** Runs a command with `--json` that must succeed, and gives its document. */
  json(...words: string[]): Promise<Record<string, unknown>>;
  /** Runs a command as its user does, in a process of its own. */
  spawn(...words: string[]): Promise<HostRun>;
  remove(): Promise<void>;
}

export async function createHostCli(): Promise<HostCli> {
  const database = await createTestDatabase();
  const storage = await mkdtemp(join(tmpdir(), 'nestjs-backup-cli-'));
  const { NEST_LOG_LEVEL: _level, ...inherited } = process.env;
  const env = { ...inherited, DATABASE_URL: database.url, BACKUP_STORAGE_URL: pathToFileURL(storage).href };
  const run = (...words: string[]): Promise<HostRun> => callHost(words, env);
  return {
    database,
    storage,
    env,
    run,
    async json(...words) {
      const { exitCode, stdout, stderr } = await run(...words, '--json');
      if (exitCode !== 0) throw new Error(`${words.join(' ')} ended with ${String(exitCode)}: ${stderr}`);
      return JSON.parse(stdout) as Record<string, unknown>;
    },
    async spawn(...words) {
      // building is a thing of its own: the command's output is looked at
      await ensureBuilt();
      return runProgram(process.execPath, [SCRIPT, ...words], env);
    },
    async remove() {
      await rm(storage, { recursive: true, force: true });
      await database.drop();
    },
  };
}

/** The host's program as the words of a command. */
export const hostCommand: readonly [string, string] = [process.execPath, SCRIPT];

/** Runs a program with its output in pipes. */
export function runProgram(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<HostRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
    child.stdout.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (exitCode) => {
      const text = (name: keyof typeof chunks): string => Buffer.concat(chunks[name]).toString();
      resolve({ exitCode, stdout: text('stdout'), stderr: text('stderr') });
    });
  });
}
