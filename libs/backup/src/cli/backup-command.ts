import { Injectable } from '@nestjs/common';
import { CommandRunner, Option } from 'nest-commander';
import { BackupService } from '../backup.service.js';
import { BackupError } from '../errors/backup.error.js';
import type { OperationProgressReport } from '../operations/operation-progress.js';
import { closest } from './closest.js';
import type { Manual } from './help/manual.js';
import { fullName, giveManual, type Commander } from './help/manual-page.js';
import { inFlags } from './option-flags.js';
import { ProgressBar } from './progress-bar.js';
import { printableJson, printableOutput } from '../printable.js';
import { screenWidth } from './terminal/screen.js';
import { flowText } from './terminal/wrap-text.js';
import { refuseRepeated } from './single-flags.js';
import { suggestFlags } from './unknown-flags.js';

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

  /** What `--help` shows beside the options. */
  abstract readonly manual: Manual;

  /** @param words what stands behind the command's name: nothing, unless the command takes arguments */
  protected abstract execute(options: Options, signal: AbortSignal, words: readonly string[]): Promise<CommandResult>;

  override setCommand(command: Commander): this {
    // what it refuses is thrown, and reported like every other error
    command.exitOverride().configureOutput({ outputError: () => undefined });
    giveManual(command, this.manual);
    suggestFlags(command);
    refuseRepeated(command);
    return super.setCommand(command);
  }

  @Option({ flags: '--json', description: 'print one JSON document on stdout' })
  parseJson(): boolean {
    return true;
  }

  @Option({ flags: '--verbose', description: 'show the stack of an error' })
  parseVerbose(): boolean {
    return true;
  }

  async run(passed: string[], options?: Record<string, unknown>): Promise<void> {
    this.refuseOtherWords(passed);
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
      const result = await this.execute(settings, this.abort.signal, passed);
      const document = `${printableJson(JSON.stringify(result.document, null, 2))}\n`;
      const text = flowText(printableOutput(result.text), screenWidth());
      process.stdout.write(settings.json === true ? document : text);
      process.exitCode = result.exitCode ?? process.exitCode;
    } catch (error) {
      throw inFlags(
        error,
        this.command.options.map(({ long }) => long ?? ''),
      );
    } finally {
      signals.forEach((name) => process.off(name, cancel));
    }
  }

  /** Nothing may follow the command's name but options and as many arguments as it takes. */
  private refuseOtherWords(words: readonly string[]): void {
    const { registeredArguments: taken } = this.command;
    const unexpected = words.at(taken.length);
    if (unexpected !== undefined && taken.at(-1)?.variadic !== true) {
      const meant = closest(
        unexpected,
        this.command.commands.map((subcommand) => subcommand.name()),
      );
      const advice = meant === null ? 'see --help.' : `did you mean ${fullName(this.command)} ${meant}?`;
      throw new BackupError('invalid_option', `Unexpected argument ${JSON.stringify(unexpected)}: ${advice}`);
    }
  }

  /** Runs something with a progress bar on a terminal. */
  protected async withProgress<T>(
    label: string,
    work: (onProgress: (progress: OperationProgressReport) => void) => Promise<T>,
  ): Promise<T> {
    const bar = await ProgressBar.start(label);
    let succeeded = false;
    try {
      const result = await work((progress) => {
        bar.update(progress);
      });
      succeeded = true;
      return result;
    } finally {
      bar.stop(succeeded);
    }
  }
}
