import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectCommander } from 'nest-commander';
import type { Commander } from './help/manual-page.js';
import { watchOutput } from './output-errors.js';

/**
 * A command that does not exist is refused by the program itself, and output may find nobody who takes it: both are reported
 * like every other error, instead of ending the process.
 */
@Injectable()
export class ProgramErrors implements OnApplicationBootstrap {
  constructor(@InjectCommander() private readonly program: Commander) {}

  onApplicationBootstrap(): void {
    watchOutput();
    this.program.exitOverride().configureOutput({ outputError: () => undefined });
  }
}
