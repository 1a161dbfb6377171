import { Option } from 'nest-commander';
import { parseId } from './arguments.js';

/** For commands about one backup. */
export class BackupIdFlag {
  @Option({ flags: '--id <backup>', description: 'the backup, by the number that backup:list shows' })
  parseId(text: string): number {
    return parseId(text);
  }
}
