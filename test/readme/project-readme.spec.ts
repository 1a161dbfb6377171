import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackupEvents, BackupService } from '@app/backup';
import * as ts from 'typescript';
import { callHost } from '../cli/host-call.js';
import { codeBlocks, commandLines, tableKeys } from './markdown.js';

const README = read('README.md');
const PAGES = ['README.md', 'libs/backup/README.md', ...pagesIn('docs')];
const NO_DATABASE = { ...process.env, DATABASE_URL: 'mysql://nobody@127.0.0.1:1/nothing' };
const COMMAND = /^(?:backup|demo):[a-z]+$/;

jest.setTimeout(120_000);

it('The documentation has TypeScript that compiles', () => {
  const blocks = PAGES.flatMap((page) => codeBlocks(read(page), 'ts').map((text) => ({ page, text })));
  expect(blocks.length).toBeGreaterThan(10);
  expect(compilerErrors(blocks)).toEqual([]);
});

describe.each(PAGES)('%s', (file) => {
  const markdown = read(file);

  it('names commands and options that exist', async () => {
    const known = await knownCommands();
    for (const words of commandLines(markdown)) {
      const place = words.findIndex((word) => COMMAND.test(word));
      if (place !== -1) {
        const [name, ...more] = words.slice(place);
        const hasSubcommands = [...known.keys()].some((other) => other.startsWith(`${name} `));
        const command = [name, ...more.slice(0, hasSubcommands ? 1 : 0)].join(' ');
        const options = known.get(command);
        expect({ command, isKnown: options !== undefined }).toEqual({ command, isKnown: true });
        const used = words.filter((word) => word.startsWith('--') && word !== '--').map((word) => word.split('=')[0]);
        const unknown = used.filter((option) => options?.includes(option) !== true);
        expect({ command, unknown }).toEqual({ command, unknown: [] });
      }
    }
  });

  it('links to files and headings that exist', () => {
    for (const [, target] of markdown.matchAll(/\]\(([^)]+)\)/g)) {
      if (target.startsWith('#')) expect(headingsOf(markdown)).toContain(target.slice(1));
      else if (!target.startsWith('https://')) expect([target, linkEnds(file, target)]).toEqual([target, true]);
    }
  });
});

describe('The documentation', () => {
  it('shows how to make a backup and how to restore it', () => {
    const named = commandLines(README).flat();
    expect(named).toEqual(expect.arrayContaining(['backup:create', 'backup:restore']));
  });

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = PAGES.flatMap((page) => commandLines(read(page))).flatMap(([program, verb, ...rest]) => {
      if (program !== 'npm') return [];
      return verb === 'run' ? rest.filter((word) => !word.startsWith('-')).slice(0, 1) : [verb];
    });

    expect(named).toEqual(expect.arrayContaining(['demo', 'test', 'host', 'start']));
    expect(named.filter((name) => !(name in scripts) && !['install', 'pack'].includes(name))).toEqual([]);
  });

  it('has every option, with its default', () => {
    const options = read('libs/backup/src/backup.options.ts');
    const [, module] = /interface BackupModuleOptions \{(.*?)^\}/ms.exec(options) ?? [];
    const [, extras] = /interface BackupModuleExtras \{(.*?)^\}/ms.exec(options) ?? [];
    const declared = [...`${module}${extras}`.matchAll(/^ {2}readonly (\w+)/gm)].map(([, name]) => name);

    expect(tableKeys(read('docs/options.md'))).toEqual(declared);
  });

  it('has every retention option', () => {
    const [, options] =
      /interface RetentionOptions \{(.*?)^\}/ms.exec(read('libs/backup/src/retention/retention-options.ts')) ?? [];
    const declared = [...options.matchAll(/^ {2}readonly (\w+)/gm)].map(([, name]) => name);

    expect(tableKeys(read('docs/retention.md'))).toEqual(declared);
  });

  it('has every command', async () => {
    const names = [...(await knownCommands()).keys()].filter((name) => /^backup:[a-z]+$/.test(name));

    expect(tableKeys(read('docs/commands.md')).sort()).toEqual(names.sort());
  });

  it('has every method of the service', () => {
    const own = Object.getOwnPropertyNames(BackupService.prototype).filter(
      (name) => !['constructor', 'onApplicationBootstrap', 'beforeApplicationShutdown', 'ready'].includes(name),
    );

    expect([...read('docs/service.md').matchAll(/`(\w+)\([^`]*\)`/g)].map(([, name]) => name).sort()).toEqual(
      own.sort(),
    );
  });

  it.each(['bench/results.md', 'bench/results-mysql.md'])('has the figures of the last measurement: %s', (results) => {
    const [, table] = /^## Budgets\n.*?\n(\|.*?\n)\n/ms.exec(read(results)) ?? [];
    expect(read('docs/performance.md')).toContain(table);
  });

  it('has every event', () => {
    const named = [
      ...read('docs/events.md').matchAll(/`((?:backup|verify|restore|cleanup|operation|health)\.[a-z_]+)`/g),
    ].map(([, name]) => name);

    expect(named.sort()).toEqual(Object.values(BackupEvents).sort());
  });

  it('has the variables of the example host', () => {
    const variables = [...read('apps/host/src/environment.ts').matchAll(/^ {2}\/\*\* ([A-Z_]+):/gm)].map(
      ([, name]) => name,
    );

    expect(variables.length).toBeGreaterThan(3);
    for (const name of variables) expect(read('docs/example-host.md')).toContain(`\`${name}\``);
  });
});

/** Compiles the blocks as files in folders below this one, where they find the packages of this repository. */
function compilerErrors(blocks: readonly { readonly page: string; readonly text: string }[]): string[] {
  const files = new Map(blocks.map(({ page, text }) => [pathOf(`test/readme/${page}/${fileNameOf(text)}`), text]));
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2024.d.ts'],
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    paths: {
      'nestjs-backup': [pathOf('libs/backup/src/index.ts')],
      'nestjs-backup/cli': [pathOf('libs/backup/src/cli/index.ts')],
      'nestjs-backup/storage-testing': [pathOf('libs/backup/src/storage-testing/index.ts')],
      'nestjs-backup/prometheus': [pathOf('libs/backup/src/prometheus/index.ts')],
      'nestjs-backup/terminus': [pathOf('libs/backup/src/terminus/index.ts')],
    },
  };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    // the folders of the blocks are on no disk
    directoryExists: undefined,
    getCurrentDirectory: () => pathOf('.'),
    fileExists: (name) => files.has(name) || disk.fileExists(name),
    readFile: (name) => files.get(name) ?? disk.readFile(name),
    getSourceFile(name, settings) {
      const text = files.get(name);
      return text === undefined ? disk.getSourceFile(name, settings) : ts.createSourceFile(name, text, settings, true);
    },
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}

/** The file name in a block's first line: `// src/app.module.ts`. */
function fileNameOf(text: string): string {
  const [, name] = /^\/\/ src\/(\S+\.ts)\n/.exec(text) ?? [];
  if ((name as string | undefined) === undefined) throw new Error(`A block has no file name: ${text.slice(0, 80)}`);
  return name;
}

interface DescribedCommand {
  readonly name: string;
  readonly options: readonly { readonly flags: string }[];
}

/** The commands of the example host, with the options that each takes. */
async function knownCommands(): Promise<Map<string, readonly string[]>> {
  const { stdout } = await callHost(['backup:help', '--json'], NO_DATABASE);
  const own = await callHost(['demo:fill', '--help'], NO_DATABASE);
  const commands = (JSON.parse(stdout) as DescribedCommand[]).map(
    ({ name, options }) => [name, optionsIn(options.map(({ flags }) => flags).join(' '))] as const,
  );
  return new Map([...commands, ['demo:fill', optionsIn(own.stdout)]]);
}

function optionsIn(text: string): string[] {
  return text.match(/--[\w-]+/g) ?? [];
}

/** Paths of the pages in a folder. */
function pagesIn(folder: string): string[] {
  return readdirSync(pathOf(folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

/** Whether a link from one file leads to another that exists, and to a heading that it has. */
function linkEnds(from: string, target: string): boolean {
  const [path, heading] = target.split('#') as [string, string | undefined];
  const file = join(dirname(from), path);
  return existsSync(pathOf(file)) && (heading === undefined || headingsOf(read(file)).includes(heading));
}

function headingsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, text]) =>
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
}

function read(path: string): string {
  return readFileSync(pathOf(path), 'utf8');
}

function pathOf(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
