import { createHostCli, hostCommand, runProgram, type HostCli } from './host-cli.js';

jest.setTimeout(180_000);

describe('Progress', () => {
  let host: HostCli;

  beforeAll(async () => {
    host = await createHostCli();
  });

  afterAll(() => host.remove());

  it('is not shown in a pipe', async () => {
    const { exitCode, stdout, stderr } = await host.spawn('backup:create', '--type=database');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Backup \d+ completed: \S+-database-[0-9a-f]{6}, [\d.]+ KiB of [\d.]+ KiB .* commits were held back for [\d.]+ ms\n$/,
    );
    expect(stdout).not.toContain('%');
  });

  it('is a bar on a terminal that gets to 100%, for a backup, its verification and its restore', async () => {
    const { backupName, id } = await host.json('backup:create', '--type=database');
    expect(backupName).toEqual(expect.any(String));
    for (const words of [
      ['backup:create', '--type=database'],
      ['backup:verify', '--id', String(id)],
      ['backup:restore', '--id', String(id), '--yes'],
    ]) {
      const { exitCode, stdout } = await onTerminal(words, host.env);
      const shown = [...stdout.matchAll(/[█░]+ +(\d+)%/g)].map(([, percentage]) => Number(percentage));
      expect({ words, exitCode, last: shown.at(-1) }).toEqual({ words, exitCode: 0, last: 100 });
      expect(shown).toEqual(shown.toSorted((a, b) => a - b));
    }
  });

  it('stops below 100% when the work fails', async () => {
    const { exitCode, stdout } = await onTerminal(['backup:create', '--type=database', '--database=missing'], host.env);
    expect(exitCode).toBe(3);
    expect(stdout).not.toContain('100%');
    expect(stdout).toContain('There is no database "missing"');
  });
});

/** Runs a command of the host on a pseudo-terminal. */
function onTerminal(words: readonly string[], env: NodeJS.ProcessEnv): ReturnType<typeof runProgram> {
  const command = [...hostCommand, ...words].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return runProgram('script', ['--quiet', '--return', '--command', command, '/dev/null'], { ...env, TERM: 'xterm' });
}
