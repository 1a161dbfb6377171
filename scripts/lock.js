import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { inProject } from './project.js';

const RETRY_MILLISECONDS = 100;
const ABANDONED_MILLISECONDS = 15 * 60_000;

/**
 * Does the work while no other process of this checkout does work under the same name.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, work) {
  const folder = inProject('dist');
  const lock = inProject('dist', `.${name}.lock`);
  mkdirSync(folder, { recursive: true });
  while (!acquire(lock)) {
    if (isAbandoned(lock)) rmSync(lock, { force: true });
    else await delay(RETRY_MILLISECONDS);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/**
 * A link makes the lock appear together with its content, so nobody reads a lock without an owner.
 *
 * @param {string} lock
 */
function acquire(lock) {
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** @param {string} lock */
function isAbandoned(lock) {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    // A reused process id must not keep everybody waiting for ever.
    return Date.now() - statSync(lock).mtimeMs > ABANDONED_MILLISECONDS || !isAlive(owner);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function isErrno(error, code) {
  // not `instanceof Error`: tests have an Error of their own
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
