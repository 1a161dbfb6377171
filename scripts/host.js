import { pathToFileURL } from 'node:url';
import { ensureDependencies } from './dependencies.js';
import { ensureBuilt } from './ensure-built.js';
import { inProject } from './project.js';
import { ensureSupportedNode } from './runtime.js';
import { describeFailure } from './setup-error.js';

const HOST = inProject('dist', 'apps', 'host', 'apps', 'host', 'src');

try {
  await ensureDependencies();
  await ensureSupportedNode();
  await ensureBuilt();
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exit(1);
}

const program = process.argv[2] === 'serve' ? 'main.js' : 'cli.js';
await import(pathToFileURL(`${HOST}/${program}`).href);
