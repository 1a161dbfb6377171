import { readPassphrase } from '../encryption/secret-source.js';
import { BackupError } from '../errors/backup.error.js';

/** What asks for a passphrase, and reads it. */
interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

const ENTER = /[\r\n]/;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const BACKSPACE = new Set(['\b', '\u007f']);

/**
 * The passphrase for `--passphrase`: from the file that BACKUP_PASSPHRASE_FILE names, from BACKUP_PASSPHRASE, or asked
 * for on the terminal, where it is not shown.
 *
 * @param isNew asks twice
 * @throws BackupError `invalid_option` where there is no way to ask, or the two differ
 */
export async function obtainPassphrase(isNew: boolean, signal: AbortSignal): Promise<string> {
  const { BACKUP_PASSPHRASE_FILE: file, BACKUP_PASSPHRASE: text } = process.env;
  if (file !== undefined && file !== '') {
    return readPassphrase({ file }, (message) => process.stderr.write(`${message}\n`));
  }
  if (text !== undefined && text !== '') {
    return text;
  }
  const terminal = { input: process.stdin, output: process.stderr };
  if (!terminal.input.isTTY || !terminal.output.isTTY) {
    throw new BackupError(
      'invalid_option',
      'There is no terminal to ask for the passphrase on: put it into a file that BACKUP_PASSPHRASE_FILE names, or into BACKUP_PASSPHRASE.',
    );
  }
  const passphrase = await ask('Passphrase: ', terminal, signal);
  if (isNew && (await ask('The same again: ', terminal, signal)) !== passphrase) {
    throw new BackupError('invalid_option', 'The two passphrases differ: nothing was done.');
  }
  return passphrase;
}

/** Reads a line without showing it. In raw mode Ctrl-C comes as a character, too. */
function ask(prompt: string, { input, output }: Terminal, signal: AbortSignal): Promise<string> {
  // first: who answers at once is not shown either
  input.setRawMode(true);
  output.write(prompt);
  input.setEncoding('utf8');
  input.resume();
  return new Promise((resolve, reject) => {
    let typed = '';
    const finish = (settle: () => void): void => {
      input.off('data', take);
      signal.removeEventListener('abort', cancel);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
      settle();
    };
    const cancel = (): void => {
      finish(() => {
        reject(new BackupError('cancelled', 'Cancelled.'));
      });
    };
    const take = (text: string): void => {
      for (const character of text) {
        if (character === CTRL_C || character === CTRL_D) {
          cancel();
          return;
        }
        if (ENTER.test(character)) {
          finish(() => {
            resolve(typed);
          });
          return;
        }
        typed = BACKSPACE.has(character) ? typed.replace(/.$/su, '') : typed + character;
      }
    };
    input.on('data', take);
    signal.addEventListener('abort', cancel, { once: true });
  });
}
