import { callHost, type HostRun } from './host-call.js';

const NO_DATABASE = { ...process.env, DATABASE_URL: 'mysql://nobody@127.0.0.1:1/nothing' };

interface DescribedCommand {
  readonly name: string;
  readonly options: readonly { readonly flags: string }[];
  readonly examples: readonly (readonly [string, string])[];
}

describe('Help, which needs no database', () => {
  let commands: readonly DescribedCommand[];

  const call = (...words: string[]): Promise<HostRun> => callHost(words, { ...NO_DATABASE, COLUMNS: '80' });

  beforeAll(async () => {
    commands = JSON.parse((await call('backup:help', '--json')).stdout) as DescribedCommand[];
  });

  it.each([['--help'], ['backup:help']])('names every command: %s', async (...words) => {
    const { exitCode, stdout, stderr } = await call(...words);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const names = commands.map(({ name }) => name).filter((name) => words[0] === 'backup:help' || !name.includes(' '));
    for (const name of names) expect(stdout).toContain(`${name} `);
    expect(stdout).not.toContain('backup:complete ');
  });

  it('is what a call without a command prints, and nothing else', async () => {
    const { stdout } = await call('--help');
    expect(await call()).toEqual({ exitCode: 2, stdout: '', stderr: stdout });
  });

  it('has a version', async () => {
    expect(await call('--version')).toEqual({ exitCode: 0, stdout: 'nestjs-backup 0.1.0\n', stderr: '' });
  });

  it('has a manual page of 80 columns for every command, with its options, and examples that call it', async () => {
    for (const { name, options, examples } of commands) {
      const { exitCode, stdout, stderr } = await call(...name.split(' '), '--help');
      expect({ name, exitCode, stderr }).toEqual({ name, exitCode: 0, stderr: '' });
      const heads = stdout.match(/^[A-Z ]+$/gm);
      expect(heads?.filter((head) => head !== 'COMMANDS')).toEqual([
        'NAME',
        'SYNOPSIS',
        'DESCRIPTION',
        'OPTIONS',
        'EXAMPLES',
        'EXIT STATUS',
      ]);
      expect(stdout).toContain(`SYNOPSIS\n    host ${name} `);
      for (const { flags } of options) expect(stdout).toContain(`\n    ${flags}\n        `);
      expect(examples).not.toEqual([]);
      for (const [line] of examples) expect(line.startsWith(name)).toBe(true);
      const tooLong = stdout.split('\n').filter((line) => line.length > 80);
      expect({ name, tooLong }).toEqual({ name, tooLong: [] });
    }
  });

  it('offers in its examples nothing that the command does not take', () => {
    for (const { name, options, examples } of commands) {
      const known = options.flatMap(({ flags }) => /--[\w-]+/.exec(flags) ?? []);
      const used = examples.flatMap(([line]) => line.match(/(?<= )--[\w-]+/g) ?? []);
      const isGroup = commands.some((command) => command.name.startsWith(`${name} `));
      if (!isGroup)
        expect({ name, unknown: used.filter((flag) => !known.includes(flag)) }).toEqual({ name, unknown: [] });
    }
  });

  it('is the same with backup:help, where the prefix may be left out', async () => {
    const { stdout } = await call('backup:key', 'add', '--help');
    expect(await call('backup:help', 'backup:key', 'add')).toEqual({ exitCode: 0, stdout, stderr: '' });
    expect(await call('backup:help', 'key', 'add')).toEqual({ exitCode: 0, stdout, stderr: '' });
  });

  it.each([
    [['backup:crate'], "Unknown command 'backup:crate': did you mean backup:create?"],
    [['backup:lost'], "Unknown command 'backup:lost': did you mean backup:list?"],
    [['backup:help', 'resotre'], 'There is no command backup:resotre: did you mean backup:restore?'],
    [['backup:list', '--stats=failed'], "Unknown option '--stats': did you mean --status?"],
    [['backup:list', '--xyz'], "Unknown option '--xyz': see --help."],
    [['backup:show', '--id'], "Option '--id <backup>' argument missing: see --help."],
    [['backup:list', '--status=faild'], '"faild" is not a status: did you mean failed?'],
    [['backup:list', '--status=x'], '"x" is not a status: use pending, running, completed, failed or deleted.'],
  ])('says what was meant by %j', async (words, message) => {
    expect(await call(...words)).toEqual({ exitCode: 2, stdout: '', stderr: `${message}\n` });
  });
});
