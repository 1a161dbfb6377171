import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the repository. */
export const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/** @param {...string} parts path below the repository's folder */
export function inProject(...parts) {
  return join(projectRoot, ...parts);
}

/** @param {string} name a program that a dependency brings, such as `jest` */
export function dependencyProgram(name) {
  return inProject('node_modules', '.bin', name);
}
