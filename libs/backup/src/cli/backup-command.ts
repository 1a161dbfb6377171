import { Injectable } from '@nestjs/common';
import { CommandRunner, Option } from 'nest-commander';
import { BackupService } from '../backup.service.js';
import { BackupError } from '../errors/backup.error.js';
import { ProgressBar } from './progress-bar.js';

export interface CommonOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** What a command gives: a document for `--json`, and how it looks to a person. */
export interface CommandResult {
  readonly document: unknown;
  readonly text: string;
  /** Default: 0. */
  readonly exitCode?: number;
}

/**
 * What all backup commands share: leftovers of dead processes are cleaned up first, Ctrl-C cancels and cleans up, the
 * result goes to stdout and everything else to stderr.
 */
@Injectable()
export abstract class BackupCommand<Options extends CommonOptions> extends CommandRunner {
  private readonly abort = new AbortController();

  constructor(protected readonly backups: BackupService) {
    super();
  }

  /** Done before the command: what dead processes left is cleaned up. */
  protected async prepare(): Promise<void> {
    await this.backups.recover();
  }

  protected abstract execute(options: Options, signal: AbortSignal): Promise<CommandResult>;

  @Option({ flags: '--json', description: 'print one JSON document on stdout' })
  parseJson(): boolean {
    return true;
  }

  @Option({ flags: '--verbose', description: 'show the stack of an error' })
  parseVerbose(): boolean {
    return true;
  }

  async run(passed: string[], options?: Record<string, unknown>): Promise<void> {
    if (passed.length > 0) {
      throw new BackupError('invalid_option', `Unexpected argument ${JSON.stringify(passed[0])}: see --help.`);
    }
    const cancel = (): void => {
      this.abort.abort(new BackupError('cancelled', 'Cancelled.'));
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    // a second Ctrl-C must not cut off the cleaning up, and npm sends each one twice
    signals.forEach((name) => process.on(name, cancel));
    try {
      await this.prepare();
      // Commander gives a flag that a command and its subcommands both have to the command
      const settings = { ...this.command.parent?.opts(), ...options } as unknown as Options;
      const result = await this.execute(settings, this.abort.signal);
      process.stdout.write(settings.json === true ? `${JSON.stringify(result.document, null, 2)}\n` : result.text);
      process.exitCode = result.exitCode ?? process.exitCode;
    } finally {
      signals.forEach((name) => process.off(name, cancel));
    }
  }

  /** Runs something with a progress bar on a terminal. */
  protected async withProgress<T>(
    label: string,
    work: (onProgress: (progress: { readonly fraction: number; readonly bytes: number }) => void) => Promise<T>,
  ): Promise<T> {
    const bar = await ProgressBar.start(label);
    let succeeded = false;
    try {
      const result = await work(({ fraction, bytes }) => {
        bar.update(fraction, bytes);
      });
      succeeded = true;
      return result;
    } finally {
      bar.stop(succeeded);
    }
  }
}
