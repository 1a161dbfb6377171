import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { createApplication, packLibrary, type EmptyApplication, type PackedLibrary } from './packed-library.js';

jest.setTimeout(120_000);

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly exports: Record<string, unknown>;
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
      expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'index.js', 'index.d.ts', 'cli/index.js']),
    );
    expect(library.files).toContain('database/engine/engine-worker.js');
    const others = library.files.filter((path) => !/\.(?:js|d\.ts)$/.test(path));
    expect(others).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(library.files.filter((path) => /\bspec\b|\btest\b/.test(path))).toEqual([]);
    for (const path of library.files.filter((file) => file.endsWith('.js'))) {
      expect(library.files).toContain(path.replace(/\.js$/, '.d.ts'));
    }
  });

  it('states the version that it writes into manifests', async () => {
    expect(packageJson).toMatchObject({ name: 'nestjs-backup', type: 'module' });
    expect(await read('package-info.js')).toContain(`name: 'nestjs-backup', version: '${packageJson.version}'`);
  });

  it('exports the library and its other entry points, each with types that are there', () => {
    expect(packageJson.exports).toEqual({
      '.': { types: './index.d.ts', default: './index.js' },
      './cli': { types: './cli/index.d.ts', default: './cli/index.js' },
      './prometheus': { types: './prometheus/index.d.ts', default: './prometheus/index.js' },
      './storage-testing': { types: './storage-testing/index.d.ts', default: './storage-testing/index.js' },
      './terminus': { types: './terminus/index.d.ts', default: './terminus/index.js' },
      './package.json': './package.json',
    });
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
    const entryPoints = { 'nest-commander': 'cli/', '@nestjs/terminus': 'terminus/', 'prom-client': 'prometheus/' };
    for (const file of library.files.filter((path) => /\.(?:js|d\.ts)$/.test(path))) {
      const code = await read(file);
      for (const [name, folder] of Object.entries(entryPoints).filter(([, place]) => !file.startsWith(place))) {
        expect({ file, folder, names: code.includes(`from '${name}'`) || code.includes(`import('${name}')`) }).toEqual({
          file,
          folder,
          names: false,
        });
      }
      for (const name of ['@nestjs/schedule', 'bullmq', 'ioredis', 'nodemailer']) {
        expect({ file, needs: code.includes(`from '${name}'`) }).toEqual({ file, needs: false });
      }
    }
  });

  it.each([
    'nestjs-backup/backup.service.js',
    'nestjs-backup/database/engine/engine-worker.js',
    'nestjs-backup/index.js',
    'nestjs-backup/cli/create.command.js',
  ])('refuses to be imported as %s', async (specifier) => {
    await application.write('deep.js', `await import(${JSON.stringify(specifier)}).catch((e) => console.log(e.code));`);
    expect(await application.node('deep.js')).toMatchObject({ exitCode: 0, stdout: 'ERR_PACKAGE_PATH_NOT_EXPORTED\n' });
  });
});
