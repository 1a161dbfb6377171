import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';

/** Jiffies a second: the unit of times in /proc, fixed on Linux. */
const TICKS = 100;
const POLL_MILLISECONDS = 50;

/**
 * @typedef {object} Command
 * @property {readonly [string, ...string[]]} program with its arguments
 * @property {NodeJS.ProcessEnv} [env] besides this process's own
 * @property {number} [input] descriptor of a file to read
 * @property {number} [output] descriptor of a file to write; nothing is kept without one
 */

/**
 * @typedef {object} Measurement
 * @property {number} seconds
 * @property {number} clientSeconds CPU time of the commands and their children
 * @property {number} serverSeconds CPU time of the server meanwhile
 * @property {number} peakMebibytes the largest sum of what the commands' processes held at one time or another
 */

/**
 * Runs commands as a pipeline, each one's output the next one's input, and measures it.
 *
 * @param {readonly Command[]} pipeline
 * @param {number} serverPid
 * @param {AbortSignal} [signal]
 * @returns {Promise<Measurement>}
 */
export async function measure(pipeline, serverPid, signal) {
  const [clientBefore, serverBefore] = [await childrenSeconds(), await processSeconds(serverPid)];
  const startedAt = performance.now();
  const children = startPipeline(pipeline, signal);
  const memory = new PeakMemory(children.map((child) => child.pid ?? 0));
  const codes = await Promise.all(
    children.map(async (child) => {
      await once(child, 'exit');
      return child.exitCode;
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  memory.stop();
  signal?.throwIfAborted();
  codes.forEach((code, index) => {
    if (code !== 0) throw new Error(`${pipeline[index].program.join(' ')} ended with ${code}`);
  });
  return {
    seconds,
    clientSeconds: (await childrenSeconds()) - clientBefore,
    serverSeconds: (await processSeconds(serverPid)) - serverBefore,
    peakMebibytes: memory.peakKibibytes / 1024,
  };
}

/**
 * @param {readonly Command[]} pipeline
 * @param {AbortSignal} [signal]
 */
function startPipeline(pipeline, signal) {
  /** @type {import('node:child_process').ChildProcess[]} */
  const children = [];
  for (const [index, { program, env, input, output }] of pipeline.entries()) {
    const [name, ...rest] = program;
    const before = children.at(-1)?.stdout ?? null;
    const isLast = index === pipeline.length - 1;
    const child = spawn(name, rest, {
      env: { ...process.env, ...env },
      stdio: [before ?? input ?? 'ignore', isLast ? (output ?? 'ignore') : 'pipe', 'inherit'],
      signal,
    });
    child.on('error', () => undefined);
    // the processes have the pipe to themselves: this one would take bytes off it
    before?.destroy();
    children.push(child);
  }
  return children;
}

/** CPU seconds of the children of this process that have ended, with theirs. */
async function childrenSeconds() {
  const fields = await statFields('self');
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}

/** @param {number} pid */
export async function processSeconds(pid) {
  const fields = await statFields(pid);
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/**
 * The fields of /proc/PID/stat after the program's name, which may hold anything; the third one, `state`, is the first.
 *
 * @param {number | 'self'} pid
 */
async function statFields(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Watches how much memory processes and their children have held at most. */
class PeakMemory {
  /** @type {Map<number, number>} */
  #peaks = new Map();
  #roots;
  #timer;

  /** @param {readonly number[]} roots */
  constructor(roots) {
    this.#roots = roots;
    this.#timer = setInterval(() => void this.#look(), POLL_MILLISECONDS);
  }

  get peakKibibytes() {
    return [...this.#peaks.values()].reduce((sum, peak) => sum + peak, 0);
  }

  stop() {
    clearInterval(this.#timer);
  }

  async #look() {
    await Promise.all(this.#roots.map((pid) => this.#lookAt(pid)));
  }

  /** @param {number} pid */
  async #lookAt(pid) {
    try {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
      this.#peaks.set(pid, Math.max(this.#peaks.get(pid) ?? 0, peak));
      for (const thread of await readdir(`/proc/${pid}/task`)) {
        const children = await readFile(`/proc/${pid}/task/${thread}/children`, 'utf8');
        await Promise.all(
          children
            .split(' ')
            .filter((child) => child !== '')
            .map((child) => this.#lookAt(Number(child))),
        );
      }
    } catch {
      // it has ended
    }
  }
}
