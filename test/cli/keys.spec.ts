import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, type TemporaryFolder } from '../support/file-tree.js';
import { callHost, type HostRun } from './host-call.js';
import { createHostCli, hostCommand, type HostCli } from './host-cli.js';

jest.setTimeout(180_000);

const RECIPIENT = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
const PASSPHRASE = 'correct horse battery staple';

describe('Keys on the command line', () => {
  let host: HostCli;
  let folder: TemporaryFolder;

  beforeAll(async () => {
    host = await createHostCli();
    folder = await temporaryFolder('cli-keys');
  });

  afterAll(async () => {
    await host.remove();
    await folder.remove();
  });

  it('are added, generated, listed, rotated and retired, and each step says what comes next', async () => {
    const file = join(folder.path, 'identity.txt');
    const generated = await host.run('backup:key', 'generate', '--label=ops', `--output=${file}`);
    expect(generated.stdout).toMatch(
      /^Key 1 \(ops\) added: age1\S+\. Its identity is in \S+ and nowhere else: keep a copy of it/,
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toMatch(/^AGE-SECRET-KEY-1/m);

    const added = await host.run('backup:key', 'add', '--label=next', `--recipient=${RECIPIENT}`);
    expect(added.stdout).toBe('Key 2 (next) added. Encrypt to it with backup:create --key=2.\n');
    expect((await host.run('backup:create', '--type=database', '--key=ops')).exitCode).toBe(0);

    const rotated = await host.run('backup:key', 'rotate', '--from=ops', '--to=next', `--identity=${file}`);
    expect(rotated.stdout).toMatch(
      /^1 backup is encrypted to key next now\. .* backup:key retire --key=ops ends that\.\n$/,
    );
    const retired = await host.run('backup:key', 'retire', '--key=ops');
    expect(retired.stdout).toBe('Key 1 (ops) is retired. No backup is encrypted to it.\n');
    const { stdout } = await host.run('backup:key', 'list');
    expect(stdout).toMatch(/^ID +LABEL +ADDED/);
    expect(stdout).toMatch(new RegExp(`^ 2 +next .* 1 +${RECIPIENT}$`, 'm'));
  });

  it.each<[string, number, RegExp, readonly string[]]>([
    ['no label', 2, /^--label is missing/, ['add', `--recipient=${RECIPIENT}`]],
    [
      'a file that is there',
      2,
      /^Cannot make the file \/etc\/passwd .* one that exists is not overwritten\.$/,
      ['generate', '--label=x', '--output=/etc/passwd'],
    ],
    ['a key that nobody knows', 3, /^There is no key "nobody": see backup:key list/, ['retire', '--key=nobody']],
    ['the same key twice', 2, /^The key 2 \(next\) cannot be rotated to itself/, ['rotate', '--from=next', '--to=2']],
    [
      'no identity',
      1,
      /is encrypted and there is no identity to open it with: name a file with --identity/,
      ['rotate', '--from=next', '--to=third'],
    ],
  ])('are refused with %s, in one line', async (_case, exitCode, message, words) => {
    if (words.includes('--to=third')) await host.run('backup:key', 'generate', '--label=third');
    const { stderr, ...run } = await host.run('backup:key', ...words);
    expect({ exitCode: run.exitCode, lines: stderr.trimEnd().split('\n').length }).toEqual({ exitCode, lines: 1 });
    expect(stderr.trimEnd()).toMatch(message);
  });

  describe('can be a passphrase', () => {
    const words = ['backup:create', '--type=database', '--passphrase'];

    it('that a terminal asks for twice, and does not show', async () => {
      const { exitCode, stdout } = await typed(words, [PASSPHRASE, PASSPHRASE], host.env);

      expect(stdout).toMatch(/^Passphrase: \r?\nThe same again: \r?\n/);
      expect(stdout).not.toContain('horse');
      expect(exitCode).toBe(0);
      const [newest] = (await host.json('backup:list')) as unknown as { id: number }[];
      const verify = ['backup:verify', `--id=${String(newest.id)}`, '--passphrase'];
      expect(await callHost(verify, { ...host.env, BACKUP_PASSPHRASE: PASSPHRASE })).toMatchObject({ exitCode: 0 });
      expect(await callHost(verify, { ...host.env, BACKUP_PASSPHRASE: 'wrong' })).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('The passphrase does not open'),
      });
    });

    it('that is typed otherwise the second time, and nothing is done', async () => {
      const before = await host.json('backup:list');
      const { exitCode, stdout } = await typed(words, [PASSPHRASE, 'correct horse'], host.env);

      expect({ exitCode, end: stdout.trimEnd().split('\n').at(-1) }).toEqual({
        exitCode: 2,
        end: 'The two passphrases differ: nothing was done.',
      });
      expect(await host.json('backup:list')).toEqual(before);
    });

    it('that cannot be asked for in a pipe', async () => {
      expect(await host.run(...words)).toEqual({
        exitCode: 2,
        stdout: '',
        stderr:
          'There is no terminal to ask for the passphrase on: put it into a file that BACKUP_PASSPHRASE_FILE names, or into BACKUP_PASSPHRASE.\n',
      });
    });
  });
});

/** Runs a command of the host on a pseudo-terminal, and types an answer to each prompt. */
function typed(words: readonly string[], answers: readonly string[], env: NodeJS.ProcessEnv): Promise<HostRun> {
  const command = [...hostCommand, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: { ...env, TERM: 'xterm', NO_COLOR: '1' },
  });
  let stdout = '';
  let answered = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout.endsWith(': ') && answered < answers.length) {
      child.stdin.write(`${answers[answered]}\r`);
      answered += 1;
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => {
      resolve({ exitCode, stdout, stderr: '' });
    });
  });
}
