import { closest } from './closest.js';
import type { Commander } from './help/manual-page.js';

/**
 * Lets a command say which flag was meant also where a value was given with it, `--stats=failed`, which Commander takes for
 * a part of the name. The value is not repeated: it may be a secret.
 */
export function suggestFlags(command: Commander): void {
  const error = command.error.bind(command);
  command.error = (message, options) => error(withSuggestion(message, command), options);
}

function withSuggestion(message: string, { options }: Commander): string {
  const refused = /^error: unknown option '(--[^=']*)=/.exec(message);
  if (refused === null) {
    return message;
  }
  const [, flag] = refused;
  const meant = closest(
    flag,
    options.flatMap(({ long }) => long ?? []),
  );
  return `error: unknown option '${flag}'${meant === null ? '' : `\n(Did you mean ${meant}?)`}`;
}
