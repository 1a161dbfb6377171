import { Option } from 'nest-commander';
import { parseNice, parseRate } from './arguments.js';

/** For commands whose work can be told to leave something of the machine to others. */
export class LoadFlags {
  @Option({ flags: '--max-rate <MB/s>', description: 'megabytes of rows a second, in all (default: no limit)' })
  parseMaxRate(text: string): number {
    return parseRate(text);
  }

  @Option({ flags: '--nice <n>', description: 'stand back behind other work on this machine: 0 to 19 (Linux)' })
  parseNice(text: string): number {
    return parseNice(text);
  }
}
