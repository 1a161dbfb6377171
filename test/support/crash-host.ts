import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a run of the host's command line ended. */
export interface EndedRun {
  /** As a shell reports it: 128 and the signal's number when a signal ended the process. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningHost {
  readonly pid: number;
  readonly ended: Promise<EndedRun>;
  readonly hasEnded: () => boolean;
  /** Sends a signal to the process and everything it started. */
  readonly signal: (name: NodeJS.Signals) => void;
}

/** Where the host works. */
export interface HostEnvironment {
  readonly databaseUrl: string;
  readonly storageFolder: string;
  /** More databases to back up. */
  readonly databases?: readonly string[];
  /** More of what the host reads. */
  readonly variables?: Readonly<Record<string, string>>;
}

const ENTRY = fileURLToPath(new URL('../../scripts/host.js', import.meta.url));
const SIGNAL_NUMBERS: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** Starts a command of the built host in a process group of its own, as a terminal does. */
export function startHost(environment: HostEnvironment, commandArguments: readonly string[]): RunningHost {
  const child = spawn(process.execPath, [ENTRY, ...commandArguments], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      NO_COLOR: '1',
      DATABASE_URL: environment.databaseUrl,
      BACKUP_STORAGE_URL: `file://${environment.storageFolder}`,
      BACKUP_DATABASES: (environment.databases ?? []).join(','),
      ...environment.variables,
    },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('The host does not start.');
  return {
    pid,
    ended: endOf(child),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    signal: (name) => {
      try {
        process.kill(-pid, name);
      } catch (error) {
        // it was faster
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    },
  };
}

/** Runs a command to its end. */
export function runHost(environment: HostEnvironment, ...commandArguments: string[]): Promise<EndedRun> {
  return startHost(environment, commandArguments).ended;
}

/** Runs a command that has to succeed, with `--json`, and gives its document. */
export async function runJson<T>(environment: HostEnvironment, ...commandArguments: string[]): Promise<T> {
  const { exitCode, stdout, stderr } = await runHost(environment, ...commandArguments, '--json');
  if (exitCode !== 0) throw new Error(`${commandArguments.join(' ')} ended with ${String(exitCode)}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

function endOf(child: ChildProcess): Promise<EndedRun> {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ exitCode: code ?? 128 + (signal === null ? 0 : (SIGNAL_NUMBERS[signal] ?? 0)), ...output });
    });
  });
}
