import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callHost } from './host-call.js';

/** What completion asks the program for, and otherwise what it was called with. */
const PROGRAM = `#!/bin/bash
if [[ $1 == backup:complete ]]; then
  [[ $2 == backup ]] && printf '13\\tnewer\\n7\\told\\n'
  # what it is told of the line
  [[ $2 == key ]] && printf '%s\\n' "$*" | tr ' :=' '...'
  exit
fi
printf 'called with'; printf ' <%s>' "$@"; echo
`;

describe('backup:completion', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nestjs-backup-completion-'));
    const { stdout } = await callHost(['backup:completion', 'bash'], process.env);
    await writeFile(join(folder, 'host.bash'), stdout);
    await writeFile(join(folder, 'host'), PROGRAM);
    await chmod(join(folder, 'host'), 0o755);
    await writeFile(join(folder, 'my key $(touch harm).txt'), '');
  });

  afterAll(() => rm(folder, { recursive: true }));

  /** What a bash at a terminal calls the program with when these keys are typed; `→` is the tab key. */
  const typed = (...lines: string[]): string[] => {
    const keys = ['source host.bash', ...lines, 'exit'].map((line) => `${line.replaceAll('→', '\t')}\n`).join('');
    const { stdout } = spawnSync('script', ['-qec', 'bash --norc --noprofile -i', '/dev/null'], {
      cwd: folder,
      input: keys,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${folder}:${process.env.PATH ?? ''}`, TERM: 'dumb', HOME: folder },
    });
    return (stdout.match(/^called with .*$/gm) ?? []).map((line) => line.slice('called with '.length).trimEnd());
  };

  it('completes commands, subcommands, flags and what they take in bash', () => {
    expect(
      typed(
        'host backup:cre→',
        'host backup:key ro→ --fr→7',
        'host backup:create --ty→dat→ --enc→',
        'host backup:create --type inc→',
        'host backup:schedule add --type=ver→',
        'host backup:completion f→',
      ),
    ).toEqual([
      '<backup:create>',
      '<backup:key> <rotate> <--from=7>',
      '<backup:create> <--type=database> <--encrypt>',
      '<backup:create> <--type> <incremental>',
      '<backup:schedule> <add> <--type=verify>',
      '<backup:completion> <fish>',
    ]);
  });

  it('asks the program for the ids of backups', () => {
    expect(typed('host backup:show --id=1→', 'host backup:restore --id 7→ --y→')).toEqual([
      '<backup:show> <--id=13>',
      '<backup:restore> <--id> <7> <--yes>',
    ]);
  });

  it('tells the program what is completed, so that it offers nothing else', () => {
    expect(typed('host backup:key rotate --from 1 --to=→')).toEqual([
      '<backup:key> <rotate> <--from> <1> <--to=backup.complete.key.--.backup.key.rotate.--to.host.backup.key.rotate.--from.1.--to.>',
    ]);
  });

  it('completes paths, and runs nothing that stands in their names', () => {
    const key = '<--identity=my key $(touch harm).txt>';
    expect(typed('host backup:import --identity=my→', 'host backup:import --identity my→', 'ls; host $(ls)')).toEqual([
      `<backup:import> ${key}`,
      `<backup:import> ${key.replace('=', '> <')}`,
      '<host> <host.bash> <my> <key> <$(touch> <harm).txt>',
    ]);
  });

  it.each([
    ['zsh', '#compdef shop-host\n'],
    ['fish', '# fish completion of shop-host\n'],
  ])('prints a script for %s, for a program of any name', async (shell, start) => {
    const { exitCode, stdout } = await callHost(['backup:completion', shell, '--program=shop-host'], process.env);
    expect({ exitCode, start: stdout.slice(0, start.length) }).toEqual({ exitCode: 0, start });
    expect(stdout).toContain('shop-host backup:complete');
    expect(stdout).toContain('_shop_host');
  });

  it.each([
    [[], 'The shell is missing: use bash, zsh or fish.'],
    [['zhs'], '"zhs" is not a shell with completion: did you mean zsh?'],
    [['bash', '--program=a;b'], '"a;b" is not the name of a program: use letters, digits, and .-_ alone.'],
  ])('refuses %j', async (words, message) => {
    const run = await callHost(['backup:completion', ...words], process.env);
    expect(run).toEqual({ exitCode: 2, stdout: '', stderr: `${message}\n` });
  });
});
