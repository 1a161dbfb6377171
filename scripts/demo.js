import { createDemoDatabase } from './demo-database.js';
import { runDemoSteps } from './demo-steps.js';
import { ensureDependencies } from './dependencies.js';
import { ensureBuilt } from './ensure-built.js';
import { runScript } from './entry-point.js';
import { findServer } from './find-server.js';
import { ensureSupportedNode } from './runtime.js';
import { inTemporaryFolder } from './temporary-folder.js';

await runScript(async (signal) => {
  await ensureDependencies({ signal });
  await ensureSupportedNode();
  await ensureBuilt({ signal });
  const server = await findServer({ signal });
  process.stdout.write(`Using ${server.description}\n`);
  try {
    await inTemporaryFolder('demo', async (folder) => {
      const database = await createDemoDatabase(server.url);
      try {
        await runDemoSteps({ databaseName: database.name, databaseUrl: database.url, folder, signal });
      } finally {
        await database.drop();
      }
    });
  } finally {
    await server.stop();
  }
});
