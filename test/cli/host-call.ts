import { runCommandLine } from '../../apps/host/src/command-line.js';

export interface HostRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the host in this process, which is a second cheaper than one of its own. One at a time. */
export async function callHost(words: readonly string[], env: NodeJS.ProcessEnv): Promise<HostRun> {
  const { argv, env: environment, exitCode } = process;
  const output = { stdout: '', stderr: '' };
  const writeOut = process.stdout.write.bind(process.stdout);
  const writeError = process.stderr.write.bind(process.stderr);
  process.argv = [...argv.slice(0, 1), 'host', ...words];
  process.env = { ...env };
  process.exitCode = 0;
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (text: string | Uint8Array): boolean => {
      output[name] += String(text);
      return true;
    };
  }
  try {
    await runCommandLine();
    return { exitCode: process.exitCode, ...output };
  } finally {
    process.stdout.write = writeOut;
    process.stderr.write = writeError;
    Object.assign(process, { argv, env: environment, exitCode });
  }
}
