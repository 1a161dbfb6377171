import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectCommander } from 'nest-commander';
import type { Commander } from './help/manual-page.js';

/**
 * A command that does not exist is refused by the program itself: that is thrown and reported like every other error, too,
 * instead of ending the process.
 */
@Injectable()
export class ProgramErrors implements OnApplicationBootstrap {
  constructor(@InjectCommander() private readonly program: Commander) {}

  onApplicationBootstrap(): void {
    this.program.exitOverride().configureOutput({ outputError: () => undefined });
  }
}
