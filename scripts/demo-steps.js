/**
 * @typedef {object} DemoContext
 * @property {string} databaseName empty, and dropped at the end together with every database named `<databaseName>_...`
 * @property {string} databaseUrl its URL, for the host's DATABASE_URL
 * @property {string} folder an empty temporary folder, removed at the end
 * @property {AbortSignal} signal aborted by Ctrl-C: stop what is running and reject
 */

/**
 * The story of the demo, from an empty database to the summary.
 *
 * @param {DemoContext} context
 */
export async function runDemoSteps({ databaseName, signal }) {
  signal.throwIfAborted();
  process.stdout.write(`Database ${databaseName}\n`);
}
