import { Option } from 'nest-commander';

/** For commands that ask before they change or delete something. */
export class ConfirmationFlag {
  @Option({ flags: '--yes', description: 'do not ask' })
  parseYes(): boolean {
    return true;
  }
}
