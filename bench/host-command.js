import { inProject } from '../scripts/project.js';

const HOST = inProject('dist', 'host', 'cli.js');

/**
 * A command of the example host, as its user runs it.
 *
 * @param {readonly string[]} command
 * @param {{ url: string, storageUrl: string }} site
 * @returns {import('./measured-run.js').Command}
 */
export function hostCommand(command, { url, storageUrl }) {
  return {
    program: [process.execPath, '--max-semi-space-size=2', HOST, ...command],
    env: { DATABASE_URL: url, BACKUP_STORAGE_URL: storageUrl },
  };
}
