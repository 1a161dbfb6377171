import { Injectable } from '@nestjs/common';
import type { Manifest } from '../backup-set/manifest.js';
import { previewRestore, type RestorePreview } from '../database/restore/preview.js';
import type { RestoreTarget } from '../database/restore/restore-targets.js';
import { ServerConnection } from '../database/server-connection.js';
import { previewRoots } from '../files/restore/restore-roots.js';
import { BackupEnvironment } from './backup-environment.js';
import { FoundBackups } from './found-backups.js';
import { engineLoad } from './load-options.js';
import type { RestoreScope } from './restore-options.js';
import { adaptDatabases, chosenDatabases, NO_OPERATION } from './restored-databases.js';
import { chosenFiles, readingOf } from './restored-files.js';

/** Plain bytes a second that a restore handles, for the expected time in a preview; measured on two cores. */
const EXPECTED_RATE = 25_000_000;

/** The preview of databases where none are restored. */
const NO_DATABASES: Omit<RestorePreview, 'set' | 'files'> = {
  tables: [],
  objects: [],
  bytes: 0,
  expectedSeconds: 0,
  compatibility: { from: '', to: '', incompatible: [], skipped: [], provenBySum: [] },
  notices: [],
};

/** Shows what restores would change. */
@Injectable()
export class RestorePreviewService {
  constructor(
    private readonly environment: BackupEnvironment,
    private readonly backups: FoundBackups,
  ) {}

  /** Changes nothing. */
  async preview(id: number, scope: RestoreScope): Promise<RestorePreview> {
    const backup = await this.backups.completed(id);
    const opened = await this.backups.open(backup, scope);
    const { manifest } = opened;
    const files = chosenFiles(this.environment, manifest, scope);
    const previewed = await previewRoots({
      ...readingOf(this.environment, opened, { load: engineLoad({}), signal: new AbortController().signal }),
      restores: files,
      onBytes: () => undefined,
    });
    const targets = chosenDatabases(this.environment, manifest, scope, NO_OPERATION);
    const databases = targets.length > 0 ? await this.previewDatabases(manifest, targets, scope) : NO_DATABASES;
    const bytes = databases.bytes + previewed.reduce((sum, root) => sum + root.bytes, 0);
    return {
      ...databases,
      set: manifest.name,
      files: previewed,
      bytes,
      expectedSeconds: Math.ceil(bytes / EXPECTED_RATE),
    };
  }

  private async previewDatabases(
    manifest: Manifest,
    targets: readonly RestoreTarget[],
    scope: RestoreScope,
  ): Promise<Omit<RestorePreview, 'files'>> {
    const connection = await ServerConnection.open(this.environment.address);
    try {
      const adapted = await adaptDatabases(this.environment, connection, manifest, targets, scope);
      return await previewRestore(connection, this.environment.storage, manifest, adapted, EXPECTED_RATE);
    } finally {
      await connection.end();
    }
  }
}
