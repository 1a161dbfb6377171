import { ensureDependencies } from './dependencies.js';
import { build } from './ensure-built.js';
import { runScript } from './entry-point.js';
import { ensureSupportedNode } from './runtime.js';

await runScript(async (signal) => {
  await ensureDependencies({ signal });
  await ensureSupportedNode();
  await build({ signal });
});
