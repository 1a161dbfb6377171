import type { StoredManifest } from '../backup-set/backup-set.js';
import { fileRoots } from '../backup-set/manifest.js';
import { missingParts } from '../backup-set/missing-parts.js';
import { BackupStatus } from '../catalog/catalog.types.js';
import type { BackupHistory } from '../catalog/entities/backup-history.entity.js';

export type BackupTotals = Pick<
  BackupHistory,
  | 'status'
  | 'startedAt'
  | 'completedAt'
  | 'checksum'
  | 'tablesIncluded'
  | 'filesIncluded'
  | 'lockMilliseconds'
  | 'partial'
  | 'errorMessage'
> & { readonly fileSize: number; readonly logicalSize: number; readonly durationSeconds: number };

/** What the catalog says of a complete set; everything comes from its manifest. */
export function completedRow(
  { manifest, sha256, size }: StoredManifest,
  startedAt: Date,
  completedAt: Date,
): BackupTotals {
  return {
    status: BackupStatus.COMPLETED,
    startedAt,
    completedAt,
    durationSeconds: Math.round((completedAt.getTime() - startedAt.getTime()) / 1000),
    checksum: sha256,
    // what it refers to in other sets takes no room here
    fileSize: manifest.objects.reduce((sum, object) => sum + (object.set === undefined ? object.size : 0), size),
    logicalSize: manifest.objects.reduce((sum, object) => sum + object.plainSize, 0),
    tablesIncluded: manifest.databases.flatMap((database) =>
      database.tables.map((table) => `${database.name}.${table.name}`),
    ),
    filesIncluded: nullIfNone(fileRoots(manifest).map(({ name }) => name)),
    partial: nullIfNone(missingParts(manifest)),
    lockMilliseconds: manifest.snapshot?.lockMilliseconds ?? null,
    errorMessage: null,
  };
}

/** What is known of a set that was not completed: nothing. */
export const NO_TOTALS = {
  checksum: null,
  fileSize: 0,
  logicalSize: null,
  durationSeconds: null,
  tablesIncluded: null,
  filesIncluded: null,
  partial: null,
  lockMilliseconds: null,
} as const;

function nullIfNone(parts: readonly string[]): readonly string[] | null {
  return parts.length > 0 ? parts : null;
}
