import { callHost } from './host-call.js';
import { createHostCli, type HostCli } from './host-cli.js';
import { shapeOf } from './document-shape.js';

jest.setTimeout(120_000);

const RECIPIENT = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';

/** Stands for the id of the newest operation. */
const NEWEST = '{newest}';
/** The first moment of it. */
const NEXT_YEAR = '<next year>';

/** Every command, so often that each document has something in its lists; in an order in which all of them succeed. */
const COMMANDS: readonly (readonly [command: string, ...words: string[]])[] = [
  ['backup:key generate', '--label=first'],
  ['backup:key add', '--label=second', `--recipient=${RECIPIENT}`],
  ['backup:create', '--type=database'],
  ['backup:list'],
  ['backup:show', '--id=1'],
  ['backup:logs', '--id=1'],
  ['backup:verify', '--id=1', '--level=quick'],
  ['backup:pin', '--id=1', '--reason=it is the first'],
  ['backup:unpin', '--id=1'],
  ['backup:preview', '--id=1', '--table=users'],
  ['backup:restore', '--id=1', '--table=users', '--yes'],
  ['backup:restore', '--id=1', '--undo', '--yes'],
  ['backup:stats'],
  ['backup:doctor'],
  ['backup:cleanup', '--dry-run'],
  ['backup:cleanup', '--yes'],
  ['backup:verify', '--id=1', '--level=quick', `--at=${NEXT_YEAR}`],
  ['backup:operation prepare', '--operation=cleanup', '--interactive'],
  ['backup:operation show', `--id=${NEWEST}`],
  ['backup:operation change', `--id=${NEWEST}`, '--set=maxDelete=5'],
  ['backup:operation confirm', `--id=${NEWEST}`, '--yes'],
  ['backup:operation list', '--limit=1'],
  ['backup:operation prepare', '--operation=verify', '--backup=1', `--at=${NEXT_YEAR}`],
  ['backup:operation cancel', `--id=${NEWEST}`],
  ['backup:schedule add', '--name=nightly', '--type=database', '--cron=30 3 * * *'],
  ['backup:schedule edit', '--id=1', '--cron=0 4 * * *'],
  ['backup:schedule pause', '--id=1'],
  ['backup:schedule resume', '--id=1'],
  ['backup:schedule list'],
  ['backup:schedule run-due'],
  ['backup:schedule remove', '--id=1', '--yes'],
  ['backup:key rotate', '--from=first', '--to=second'],
  ['backup:key retire', '--key=first'],
  ['backup:key list'],
  ['backup:import'],
  ['backup:delete', '--id=1', '--yes'],
  ['backup:help', 'backup:pin'],
  ['backup:completion', 'fish'],
];

/** They are nothing without a subcommand. */
const GROUPS = ['backup:key', 'backup:operation', 'backup:schedule'];

describe('--json', () => {
  let host: HostCli;
  let commands: readonly string[];

  beforeAll(async () => {
    host = await createHostCli();
    const { stdout } = await host.run('backup:help', '--json');
    commands = (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
  });

  afterAll(() => host.remove());

  const filledIn = async (word: string): Promise<string> => {
    if (word.includes(NEXT_YEAR))
      return word.replace(NEXT_YEAR, `${String(new Date().getUTCFullYear() + 1)}-01-01T00:00:00Z`);
    if (!word.includes(NEWEST)) return word;
    const [{ backupid }] = await host.database.query(
      'SELECT backupid FROM backup_controllers ORDER BY id DESC LIMIT 1',
    );
    return word.replace(NEWEST, String(backupid));
  };

  it('is tried with every command that help knows', () => {
    const tried = new Set([...COMMANDS.map(([command]) => command), ...GROUPS]);
    expect([...tried].toSorted()).toEqual(commands.toSorted());
  });

  it.each(COMMANDS.map((words) => [words.join(' '), words] as const))(
    'prints one document of a stable shape: %s',
    async (_title, [command, ...words]) => {
      const typed = await Promise.all(words.map(filledIn));
      const { exitCode, stdout, stderr } = await host.run(...command.split(' '), ...typed, '--json');
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const document: unknown = JSON.parse(stdout);
      expect(document).not.toMatchObject({ error: { code: expect.any(String) } });
      expect(shapeOf(document)).toMatchSnapshot();
    },
  );

  it('prints a document with the error where a command fails, with every command', async () => {
    for (const command of commands) {
      const { exitCode, stdout, stderr } = await host.run(...command.split(' '), '--jsn', '--json');
      const message = "Unknown option '--jsn': did you mean --json?";
      expect({ command, exitCode, document: JSON.parse(stdout) as unknown }).toEqual({
        command,
        exitCode: 2,
        document: { error: { code: 'invalid_option', message } },
      });
      expect(stderr).toBe(`${message}\n`);
    }
  });

  it.each([
    [2, 'invalid_option', ['backup:crate']],
    [2, 'invalid_option', ['backup:key']],
    [2, 'invalid_option', ['backup:list', 'extra']],
    [2, 'unsupported_type', ['backup:create', '--type=course']],
    [2, 'not_confirmed', ['backup:cleanup']],
    [3, 'not_found', ['backup:show', '--id=999']],
    [3, 'unknown_database', ['backup:create', '--type=database', '--database=no_such_database']],
  ])('has exit code %i and code %s for %j', async (expected, code, words) => {
    const { exitCode, stdout, stderr } = await host.run(...words, '--json');
    const message = stderr.trimEnd();
    expect({ exitCode, document: JSON.parse(stdout) as unknown }).toEqual({
      exitCode: expected,
      document: { error: { code, message } },
    });
  });

  it('says the errors of the host in the same way', async () => {
    const env = { ...host.env, DATABASE_URL: 'postgres://nobody:topsecret@127.0.0.1:1/nothing' };
    const { exitCode, stdout } = await callHost(['backup:list', '--json'], env);
    expect({ exitCode, document: JSON.parse(stdout) as unknown }).toEqual({
      exitCode: 1,
      document: { error: { code: 'failed', message: expect.stringMatching(/^Cannot start: DATABASE_URL is not /) } },
    });
  });
});
