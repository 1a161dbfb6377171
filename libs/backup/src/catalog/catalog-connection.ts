import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { configureCatalogSessions } from './catalog-sessions.js';
import { catalogDataSourceOptions } from './catalog-data-source.js';

/**
 * The catalog's own few connections to the host's database: with times in UTC whatever the host's settings are, and
 * free when the host's pool is not, so that heartbeats always get through.
 */
@Injectable()
export class CatalogConnection implements OnModuleInit, OnApplicationShutdown {
  readonly dataSource: DataSource;
  private opening: Promise<unknown> | null = null;

  constructor(private readonly host: DataSource) {
    this.dataSource = new DataSource(catalogDataSourceOptions(host.options));
  }

  /** A host that connects later, as a command line may, has this done by the first use of the service. */
  async onModuleInit(): Promise<void> {
    if (this.host.isInitialized) {
      await this.open();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.opening !== null) {
      await this.opening.catch(() => undefined);
    }
    if (this.dataSource.isInitialized) {
      await this.dataSource.destroy();
    }
    this.opening = null;
  }

  /** Connects, unless that was done. */
  async open(): Promise<void> {
    this.opening ??= this.connect().catch((error: unknown) => {
      this.opening = null;
      throw error;
    });
    await this.opening;
  }

  private async connect(): Promise<void> {
    await this.dataSource.initialize();
    await configureCatalogSessions(this.dataSource);
  }
}
