import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBuilt } from '../../scripts/ensure-built.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/host.js', import.meta.url));

export interface HostRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built host in a database and a storage folder of its own; both are empty at first. */
export interface HostCli {
  readonly database: TestDatabase;
  readonly storage: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs a command to its end. */
  run(...words: string[]): Promise<HostRun>;
  /** Runs a command with `--json` that must succeed, and gives its document. */
  json(...words: string[]): Promise<Record<string, unknown>>;
  remove(): Promise<void>;
}

export async function createHostCli(): Promise<HostCli> {
  // building is a thing of its own: the commands' output is looked at
  await ensureBuilt();
  const database = await createTestDatabase();
  const storage = await mkdtemp(join(tmpdir(), 'nestjs-backup-cli-'));
  const { NEST_LOG_LEVEL: _level, ...inherited } = process.env;
  const env = { ...inherited, DATABASE_URL: database.url, BACKUP_STORAGE_URL: pathToFileURL(storage).href };
  const run = (...words: string[]): Promise<HostRun> => runProgram(process.execPath, [SCRIPT, ...words], env);
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
