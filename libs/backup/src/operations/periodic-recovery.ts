import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { BackupLogger } from '../backup-logger.js';
import { CatalogConnection } from '../catalog/catalog-connection.js';
import { messageOf } from '../errors/backup.error.js';
import { isCommandLine } from '../is-command-line.js';
import { BackupEnvironment } from './backup-environment.js';
import { RecoveryService } from './recovery.js';

/** How often an application looks for operations whose process died, seconds at most. */
const INTERVAL = 30;

/** Has applications finish what other processes left behind, while they run. */
@Injectable()
export class PeriodicRecovery implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new BackupLogger();
  private interval: NodeJS.Timeout | null = null;
  private look: Promise<void> | null = null;

  constructor(
    private readonly modules: ModulesContainer,
    private readonly environment: BackupEnvironment,
    private readonly catalog: CatalogConnection,
    private readonly recovery: RecoveryService,
  ) {}

  onApplicationBootstrap(): void {
    if (!isCommandLine(this.modules)) {
      const seconds = Math.min(INTERVAL, this.environment.options.leaseSeconds / 2);
      this.interval = setInterval(() => {
        this.look ??= this.recover().finally(() => (this.look = null));
      }, seconds * 1000);
      this.interval.unref();
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.interval !== null) {
      clearInterval(this.interval);
    }
    await this.look;
  }

  private async recover(): Promise<void> {
    try {
      if (this.catalog.dataSource.isInitialized) {
        await this.recovery.recover();
      }
    } catch (error) {
      this.logger.warn(`Interrupted operations could not be looked for, which is tried again: ${messageOf(error)}`);
    }
  }
}
