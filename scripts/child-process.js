import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const GRACE_MILLISECONDS = 5_000;

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env] default: the environment of this process
 * @property {'collect' | 'stderr' | 'inherit'} [output] where both output streams go; default `stderr`
 * @property {AbortSignal} [signal] ends the program: SIGTERM, and SIGKILL when it does not listen
 * @property {string} [cwd] default: the working directory of this process
 */

/**
 * @typedef {object} RunResult
 * @property {number} exitCode as a shell reports it: 128 and the signal's number when a signal ended the program
 * @property {string} output what the program wrote, when `output` is `collect`
 */

/** @type {Record<NonNullable<RunOptions['output']>, import('node:child_process').StdioOptions>} */
const STDIO = {
  collect: ['ignore', 'pipe', 'pipe'],
  stderr: ['ignore', 2, 2],
  inherit: 'inherit',
};

/**
 * Runs a program to its end. Rejects only when it cannot be started; a failing program resolves with its exit code.
 *
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function run(program, programArguments, { env, output = 'stderr', signal, cwd } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, { env, cwd, stdio: STDIO[output] });
    /** @type {Buffer[]} */
    const chunks = [];
    /** @param {Buffer} chunk */
    const collect = (chunk) => chunks.push(chunk);
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);

    /** @type {NodeJS.Timeout | undefined} */
    let deadline;
    const end = () => {
      child.kill('SIGTERM');
      deadline = setTimeout(() => child.kill('SIGKILL'), GRACE_MILLISECONDS);
    };
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();

    const settle = () => {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', end);
    };
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', (code, endedBy) => {
      settle();
      resolve({ exitCode: exitCodeOf(code, endedBy), output: Buffer.concat(chunks).toString() });
    });
  });
}

/**
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
export function exitCodeOf(code, signal) {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
