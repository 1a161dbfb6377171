import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { createApplication, packLibrary, type EmptyApplication, type PackedLibrary } from './packed-library.js';

jest.setTimeout(120_000);

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly exports: Record<string, string | Record<string, string>>;
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly peerDependenciesMeta: Record<string, { optional?: boolean }>;
}

describe('The packed library', () => {
  let library: PackedLibrary;
  let application: EmptyApplication;
  let packageJson: PackageJson;

  beforeAll(async () => {
    library = await packLibrary();
    application = await createApplication(library, []);
    packageJson = JSON.parse(await read('package.json')) as PackageJson;
  });

  afterAll(async () => {
    await application.remove();
    await library.remove();
  });

  const read = (path: string): Promise<string> => readFile(join(application.library, path), 'utf8');

  /** Packages that files with this ending name in an import, and in which of them. */
  const importedPackages = async (ending: string): Promise<Map<string, string>> => {
    const found = new Map<string, string>();
    for (const file of library.files.filter((path) => path.endsWith(ending))) {
      const text = await read(file);
      for (const [, specifier] of text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([@\w][\w@/.:-]*)['"]/g)) {
        const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
        if (!isBuiltin(specifier)) found.set(name, file);
      }
    }
    return found;
  };

  it('holds compiled code, types, a readme and a licence, and nothing else', () => {
    expect(library.files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'index.js', 'index.d.ts', 'cli.js']),
    );
    expect(library.files).toEqual(expect.arrayContaining(['engine-worker.js', 'file-worker.js']));
    const others = library.files.filter((path) => !/\.(?:js|d\.ts)$/.test(path));
    expect(others).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(library.files.filter((path) => /\bspec\b|\btest\b/.test(path))).toEqual([]);
  });

  it('states the version that it writes into manifests', async () => {
    expect(packageJson).toMatchObject({ name: 'nestjs-backup', type: 'module' });
    expect(await read('package-info.d.ts')).toContain(`version: "${packageJson.version}"`);
  });

  it('exports the library and its other entry points, each with code and types that are there', () => {
    expect(packageJson.exports).toEqual({
      '.': { types: './index.d.ts', default: './index.js' },
      './cli': { types: './cli/index.d.ts', default: './cli.js' },
      './prometheus': { types: './prometheus/index.d.ts', default: './prometheus.js' },
      './storage-testing': { types: './storage-testing/index.d.ts', default: './storage-testing.js' },
      './terminus': { types: './terminus/index.d.ts', default: './terminus.js' },
      './package.json': './package.json',
    });
    const exported = Object.values(packageJson.exports).flatMap((entry) =>
      typeof entry === 'string' ? entry : Object.values(entry),
    );
    expect(exported.filter((file) => !library.files.includes(file.replace('./', '')))).toEqual([]);
  });

  it('declares every package that its code and its types name', async () => {
    const declared = { ...packageJson.dependencies, ...packageJson.peerDependencies };
    const named = [...(await importedPackages('.js')), ...(await importedPackages('.d.ts'))];
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(([name]) => !(name in declared))).toEqual([]);
  });

  it('depends on nothing that it does not use', async () => {
    const used = await importedPackages('.js');
    expect(Object.keys(packageJson.dependencies).filter((name) => !used.has(name))).toEqual([]);
    // BullMQ and Nest cannot do without them
    const ofPeers = ['ioredis', 'reflect-metadata'];
    const unused = Object.keys(packageJson.peerDependencies).filter((name) => !used.has(name));
    expect(unused).toEqual(ofPeers);
  });

  it('names an optional peer in its own entry point only, or loads it when it is needed', async () => {
    const optional = Object.entries(packageJson.peerDependenciesMeta).filter(([, { optional: is }]) => is === true);
    expect(optional.map(([name]) => name)).toEqual([
      '@nestjs/schedule',
      '@nestjs/terminus',
      'bullmq',
      'ioredis',
      'nest-commander',
      'nodemailer',
      'prom-client',
    ]);
    const entryPoints = { 'nest-commander': 'cli', '@nestjs/terminus': 'terminus', 'prom-client': 'prometheus' };
    for (const file of library.files.filter((path) => /\.(?:js|d\.ts)$/.test(path))) {
      const code = await read(file);
      const [place] = file.split(/[./]/, 1);
      for (const [name] of Object.entries(entryPoints).filter(([, entry]) => entry !== place)) {
        expect({ file, name, names: new RegExp(`(?:from |import\\()['"]${name}['"]`).test(code) }).toEqual({
          file,
          name,
          names: false,
        });
      }
      for (const name of ['@nestjs/schedule', 'bullmq', 'ioredis', 'nodemailer']) {
        expect({ file, name, needs: new RegExp(`from ['"]${name}['"]`).test(code) }).toEqual({
          file,
          name,
          needs: false,
        });
      }
    }
  });

  it.each([
    'nestjs-backup/backup.service',
    'nestjs-backup/engine-worker.js',
    'nestjs-backup/index.js',
    'nestjs-backup/cli.js',
  ])('refuses to be imported as %s', async (specifier) => {
    await application.write('deep.js', `await import(${JSON.stringify(specifier)}).catch((e) => console.log(e.code));`);
    expect(await application.node('deep.js')).toMatchObject({ exitCode: 0, stdout: 'ERR_PACKAGE_PATH_NOT_EXPORTED\n' });
  });
});
