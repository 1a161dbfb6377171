import { BackupError } from '../errors/backup.error.js';
import type { Commander } from './help/manual-page.js';

/** A flag of Commander with a value. */
interface Flag {
  readonly long?: string | null;
  readonly required: boolean;
  /** It begins with `--no-`. */
  readonly negate: boolean;
  parseArg?: (text: string, earlier: unknown) => unknown;
}

/**
 * Has a command refuse a flag with a value that is given twice, and one together with its opposite: Commander takes the last one,
 * so that `--id=9 --id=15` would do something to the second backup and say nothing of the first. Those that may be given several
 * times have parsers that take what was given before.
 *
 * Its options have to be added afterwards.
 */
export function refuseRepeated(command: Commander): void {
  const add = command.addOption.bind(command);
  command.addOption = (option) => {
    giveOnce(option);
    if (option.negate) {
      refuseOpposite(command, option.name());
    }
    return add(option);
  };
}

function giveOnce(flag: Flag): void {
  const parse = flag.parseArg;
  if (parse === undefined || parse.length > 1 || !flag.required) {
    return;
  }
  let isGiven = false;
  flag.parseArg = (text, earlier) => {
    if (isGiven) {
      throw new BackupError('invalid_option', `${flag.long ?? 'A flag'} is given twice: give it once.`);
    }
    isGiven = true;
    return parse(text, earlier);
  };
}

/** @param name `no-encrypt` */
function refuseOpposite(command: Commander, name: string): void {
  const both = [name, name.replace(/^no-/, '')];
  const given = new Set<string>();
  for (const flag of both) {
    command.on(`option:${flag}`, () => {
      given.add(flag);
      if (given.size === both.length) {
        throw new BackupError('invalid_option', `--${both.join(' and --')} are opposites: give one of them.`);
      }
    });
  }
}
