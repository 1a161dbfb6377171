import { BackupError, type BackupErrorCode } from './backup.error.js';

/** An error about one option or setting, which who gave it may know by another name: commands have flags. */
export class OptionError extends BackupError {
  /**
   * @param option its name in the service's methods
   * @param describe the message, with the option called so
   */
  constructor(
    code: BackupErrorCode,
    readonly option: string,
    private readonly describe: (name: string) => string,
  ) {
    super(code, describe(option));
  }

  /** The same error, with the option called so. */
  calling(name: string): OptionError {
    return new OptionError(this.code, name, this.describe);
  }
}
