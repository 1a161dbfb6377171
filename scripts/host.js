import { pathToFileURL } from 'node:url';
import { HOST_PROGRAMS } from './bundle.js';
import { ensureDependencies } from './dependencies.js';
import { ensureBuilt } from './ensure-built.js';
import { ensureSupportedNode } from './runtime.js';
import { describeFailure } from './setup-error.js';

try {
  await ensureDependencies();
  await ensureSupportedNode();
  await ensureBuilt();
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exit(1);
}

const program = process.argv[2] === 'serve' ? 'main.js' : 'cli.js';
await import(pathToFileURL(`${HOST_PROGRAMS}/${program}`).href);
