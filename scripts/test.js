import { join } from 'node:path';
import { run } from './child-process.js';
import { ensureDependencies } from './dependencies.js';
import { build } from './ensure-built.js';
import { runScript } from './entry-point.js';
import { dependencyProgram, inProject, projectRoot } from './project.js';
import { ensureSupportedNode } from './runtime.js';
import { SetupError, describeFailure } from './setup-error.js';
import { inTemporaryFolder } from './temporary-folder.js';
import { TestReport } from './test-report.js';
import { startTestServers } from './test-servers.js';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {(signal: AbortSignal) => Promise<void>} work throws when the step fails
 */

/**
 * Two rows of steps that run side by side: lint takes as long as the others together.
 *
 * @type {readonly (readonly Step[])[]}
 */
const steps = [
  [{ name: 'lint', work: (signal) => check('eslint', ['.'], signal) }],
  [
    { name: 'format', work: (signal) => check('prettier', ['--check', '.'], signal) },
    { name: 'typecheck', work: (signal) => check('tsc', ['--noEmit', '-p', 'tsconfig.json'], signal) },
    { name: 'build', work: (signal) => build({ signal }) },
    { name: 'built CLI', work: runBuiltCli },
  ],
];

const report = new TestReport();

await runScript(async (signal) => {
  try {
    await ensureDependencies({ signal });
    await ensureSupportedNode();
    await runAll(process.argv.slice(2), signal);
  } catch (error) {
    signal.throwIfAborted();
    // A failure here means that the machine is not ready: it may not look like a pass.
    report.addStep(false);
    process.stdout.write(`${describeFailure(error)}\n`);
  }
  process.stdout.write(`${report.summary}\n`);
  return report.failed === 0 ? 0 : 1;
});

/**
 * @param {readonly string[]} jestArguments
 * @param {AbortSignal} signal
 */
async function runAll(jestArguments, signal) {
  // They start, and are fetched where they are missing, while the steps before Jest run.
  const [servers] = await Promise.allSettled([startTestServers({ signal }), runSteps(signal)]);
  if (servers.status === 'rejected') throw servers.reason;
  try {
    await runJest(jestArguments, servers.value, signal);
  } finally {
    await servers.value.stop();
  }
}

/** @param {AbortSignal} signal */
async function runSteps(signal) {
  await Promise.all(
    steps.map(async (row) => {
      for (const step of row) report.addStep(await runStep(step, signal));
    }),
  );
}

/**
 * @param {Step} step
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether it passed
 */
async function runStep({ name, work }, signal) {
  const startedAt = performance.now();
  try {
    await work(signal);
    showStep(true, name, startedAt);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    process.stdout.write(`${describeFailure(error)}\n`);
    showStep(false, name, startedAt);
    return false;
  }
}

/**
 * @param {boolean} hasPassed
 * @param {string} name
 * @param {number} startedAt
 */
function showStep(hasPassed, name, startedAt) {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${(hasPassed ? 'ok' : 'FAILED').padEnd(6)} ${name.padEnd(10)} ${seconds.padStart(6)} s\n`);
}

/**
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @param {AbortSignal} signal
 */
async function check(program, programArguments, signal) {
  const { exitCode, output } = await run(process.execPath, [dependencyProgram(program), ...programArguments], {
    cwd: projectRoot,
    output: 'collect',
    signal,
  });
  if (exitCode !== 0) throw new SetupError(output.trimEnd());
}

/**
 * Jest turns every module into CommonJS: only the program as built shows that its ES modules load.
 *
 * @param {AbortSignal} signal
 */
async function runBuiltCli(signal) {
  const { exitCode, output } = await run(process.execPath, [inProject('scripts', 'host.js'), '--help'], {
    output: 'collect',
    signal,
  });
  if (exitCode !== 0 || !output.includes('backup:create')) {
    throw new SetupError(`${output.trimEnd()}\nhost --help ended with ${exitCode}, or does not list backup:create.`);
  }
}

/**
 * @param {readonly string[]} jestArguments
 * @param {import('./test-servers.js').TestServers} servers
 * @param {AbortSignal} signal
 */
async function runJest(jestArguments, servers, signal) {
  const startedAt = performance.now();
  signal.throwIfAborted();
  process.stdout.write(`${servers.description}\n`);
  // The user's own database must be out of reach of the tests and of the programs they start.
  const { DATABASE_URL, ...environment } = process.env;
  await inTemporaryFolder('test', async (folder) => {
    const reportFile = join(folder, 'jest.json');
    const { exitCode } = await run(
      process.execPath,
      [dependencyProgram('jest'), '--json', `--outputFile=${reportFile}`, ...jestArguments],
      { cwd: projectRoot, env: { ...environment, ...servers.environment }, output: 'inherit', signal },
    );
    signal.throwIfAborted();
    const hasPassed = report.addJest(reportFile, exitCode);
    showStep(hasPassed, 'jest', startedAt);
  });
}
