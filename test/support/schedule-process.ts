import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What `bench/schedule-host.js` says. */
export interface HostLine {
  /** What its start took, and the jobs it has. */
  readonly ready?: { readonly milliseconds: number; readonly cpu: ProcessorTime; readonly jobs: number };
  readonly change?: { readonly backupid: string; readonly from: number | null; readonly to: number };
  /** Since its start. */
  readonly cpu?: ProcessorTime;
}

/** Microseconds. */
export interface ProcessorTime {
  readonly user: number;
  readonly system: number;
}

/** An application in a process of its own. */
export interface ScheduleProcess {
  /** Resolves with the next line that this finds something in. */
  readonly next: <T>(find: (line: HostLine) => T | undefined) => Promise<T>;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<void>;
  /** What it wrote to its error output. */
  readonly errors: () => string;
}

export interface ScheduleProcessSettings {
  readonly databaseUrl: string;
  readonly storageUrl: string;
  readonly leaseSeconds?: number;
  /** Works for a queue there. Default: none. */
  readonly redisUrl?: string;
}

const ENTRY = fileURLToPath(new URL('../../bench/schedule-host.js', import.meta.url));

/** Starts an application that runs the schedules in a database, and waits until it does. */
export async function startScheduleProcess(settings: ScheduleProcessSettings): Promise<{
  readonly host: ScheduleProcess;
  readonly ready: NonNullable<HostLine['ready']>;
}> {
  const child = spawn(process.execPath, [ENTRY], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NO_COLOR: '1',
      DATABASE_URL: settings.databaseUrl,
      BACKUP_STORAGE_URL: settings.storageUrl,
      LEASE_SECONDS: String(settings.leaseSeconds ?? 60),
      REDIS_URL: settings.redisUrl,
    },
  });
  const host = scheduleProcess(child);
  return { host, ready: await host.next(({ ready }) => ready) };
}

function scheduleProcess(child: ChildProcess): ScheduleProcess {
  const listeners = new Set<(line: HostLine) => void>();
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
  if (child.stdout === null) throw new Error('The application has no output.');
  createInterface({ input: child.stdout }).on('line', (text) => {
    if (text.startsWith('{')) {
      const line = JSON.parse(text) as HostLine;
      listeners.forEach((listener) => listener(line));
    } else errors += `${text}\n`;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    next: (find) =>
      new Promise((resolve, reject) => {
        const listener = (line: HostLine): void => {
          const found = find(line);
          if (found !== undefined) {
            listeners.delete(listener);
            resolve(found);
          }
        };
        listeners.add(listener);
        void ended.then(() => reject(new Error(`The application ended: ${errors}`)));
      }),
    signal: (name) => void child.kill(name),
    ended,
    errors: () => errors,
  };
}
