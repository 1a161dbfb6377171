import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as ts from 'typescript';

const execute = promisify(execFile);
const GENERATOR = require.resolve('@hey-api/openapi-ts/package.json').replace(/package\.json$/, 'bin/run.js');

/** As strict as an application may be. */
const COMPILER_OPTIONS: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
};

/**
 * Generates a client from an OpenAPI document into an empty folder, compiles it with a program that uses it, and runs that.
 *
 * @param program a module that imports from `./client/index.js` and exports `run`, which gives what JSON can hold
 * @returns what the compiler minds; what `run` gave, if that is nothing
 */
export async function runWithClient(
  folder: string,
  document: object,
  program: string,
  ...given: readonly unknown[]
): Promise<{ readonly errors: readonly string[]; readonly result: unknown }> {
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'api.json'), JSON.stringify(document));
  await writeFile(join(folder, 'program.ts'), program);
  const settings = { plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'], logs: { file: false } };
  const output = { path: 'client', module: { extension: '.js' } };
  await writeFile(join(folder, 'openapi-ts.config.json'), JSON.stringify({ ...settings, input: './api.json', output }));
  await execute(process.execPath, [GENERATOR, '--silent'], { cwd: folder });

  const compiled = ts.createProgram([join(folder, 'program.ts')], COMPILER_OPTIONS);
  const errors = [...ts.getPreEmitDiagnostics(compiled), ...compiled.emit().diagnostics].map(
    ({ messageText, file }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
  );
  if (errors.length > 0) {
    return { errors, result: null };
  }
  const call = `import { run } from './program.js'; console.log(JSON.stringify(await run(...${JSON.stringify(given)})));`;
  const { stdout } = await execute(process.execPath, ['--input-type=module', '--eval', call], { cwd: folder });
  return { errors, result: JSON.parse(stdout) };
}
