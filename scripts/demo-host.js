import { pathToFileURL } from 'node:url';
import { run } from './child-process.js';
import { say, styled } from './demo-terminal.js';
import { inProject } from './project.js';
import { SetupError } from './setup-error.js';

/** Runs commands of the example application, as a person would type them. */
export class DemoHost {
  #environment;
  #folder;
  #signal;

  /**
   * @param {object} options
   * @param {string} options.databaseUrl
   * @param {string} options.folder where commands are typed
   * @param {string} options.storageFolder
   * @param {string} options.uploads
   * @param {AbortSignal} options.signal
   */
  constructor({ databaseUrl, folder, storageFolder, uploads, signal }) {
    this.#environment = {
      ...process.env,
      DATABASE_URL: databaseUrl,
      BACKUP_STORAGE_URL: pathToFileURL(storageFolder).href,
      BACKUP_DATABASES: '',
      BACKUP_ENCRYPTION_KEY: '',
      BACKUP_IDENTITY_FILE: 'identity.txt',
      UPLOADS_PATH: uploads,
      CONFIG_PATHS: '',
    };
    this.#folder = folder;
    this.#signal = signal;
  }

  /**
   * Shows the command and what it writes.
   *
   * @param {...string} words the command and its options
   * @returns {Promise<number>} milliseconds it took, starting the program included
   */
  async run(...words) {
    this.#signal.throwIfAborted();
    say(styled('dim', `$ host ${words.join(' ')}`));
    const startedAt = performance.now();
    const { exitCode } = await run(process.execPath, [inProject('scripts', 'host.js'), ...words], {
      cwd: this.#folder,
      env: this.#environment,
      output: 'inherit',
      signal: this.#signal,
    });
    this.#signal.throwIfAborted();
    if (exitCode !== 0) {
      throw new SetupError(`The demo stopped: host ${words[0]} ended with ${exitCode}. Its message is above.`);
    }
    return performance.now() - startedAt;
  }
}
