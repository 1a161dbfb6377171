import { parseArgs } from 'node:util';
import { createDemoDatabase } from './demo-database.js';
import { runDemoSteps } from './demo-steps.js';
import { ensureDependencies } from './dependencies.js';
import { ensureBuilt } from './ensure-built.js';
import { runScript } from './entry-point.js';
import { findServer } from './find-server.js';
import { ensureSupportedNode } from './runtime.js';
import { SetupError } from './setup-error.js';
import { inTemporaryFolder } from './temporary-folder.js';

const DEFAULT_ROWS = 150_000;
const FEWEST_ROWS = 1000;

await runScript(async (signal) => {
  const rows = rowsToFill();
  await ensureDependencies({ signal });
  await ensureSupportedNode();
  await ensureBuilt({ signal });
  const server = await findWhileStarting(signal);
  try {
    await inTemporaryFolder('demo', async (folder) => {
      const database = await createDemoDatabase(server.url);
      try {
        await runDemoSteps({ database, server: server.description, folder, rows, signal });
      } finally {
        await database.drop();
      }
    });
  } finally {
    await server.stop();
  }
});

/**
 * Ctrl-C ends a server that still starts; later it may not: the host cleans up on it first, then the demo.
 *
 * @param {AbortSignal} signal
 */
async function findWhileStarting(signal) {
  const starting = new AbortController();
  const cancel = () => {
    starting.abort(signal.reason);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await findServer({ signal: starting.signal });
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** `npm run demo -- --rows=20000` */
function rowsToFill() {
  const usage = `Usage: npm run demo -- [--rows=N], with N from ${FEWEST_ROWS}; ${DEFAULT_ROWS} unless given.`;
  /** @type {string | undefined} */
  let text;
  try {
    ({ rows: text } = parseArgs({ options: { rows: { type: 'string' } } }).values);
  } catch (error) {
    throw new SetupError(usage, { cause: error });
  }
  if (text === undefined) return DEFAULT_ROWS;
  const rows = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (rows < FEWEST_ROWS) throw new SetupError(usage);
  return rows;
}
