import { BackupError } from '../errors/backup.error.js';

/**
 * Refuses flags that would be passed over in silence.
 *
 * @param names of options, as Commander calls them
 * @param why they do not fit, without a full stop
 * @throws BackupError `invalid_option`
 */
export function refuseFlags<Options extends object>(
  options: Options,
  names: readonly (keyof Options & string)[],
  why: string,
): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given !== undefined) {
    throw new BackupError('invalid_option', `${why}: leave ${flagOf(given)} out.`);
  }
}

/** `--in-place` for `inPlace`. */
function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
