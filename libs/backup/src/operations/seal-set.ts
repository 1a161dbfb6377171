import { formatCompression } from '../backup-set/compression.js';
import { sealManifest, type SealedManifest } from '../backup-set/backup-set.js';
import { FORMAT_VERSION, type Manifest } from '../backup-set/manifest.js';
import { writeReadme } from '../backup-set/set-readme.js';
import { inReferenceOrder } from '../database/reference-order.js';
import { notForClient } from '../database/schema-scripts.js';
import { selectionRecord } from '../database/selection/table-selection.js';
import { TOOL } from '../package-info.js';
import type { BackupStorage } from '../storage/backup-storage.js';
import type { OperationContext } from './operation-steps.js';
import type { RunningBackup } from './running-backup.js';
import type { SetContent } from './set-content.js';

/**
 * Writes what describes a set whose content is stored, and gives its manifest, with which it will be there.
 *
 * @throws BackupError `cancelled`, also when this process was taken for dead meanwhile
 */
export async function sealSet(
  storage: BackupStorage,
  backup: RunningBackup,
  { commands, ...content }: SetContent,
  context: OperationContext,
): Promise<SealedManifest> {
  const startedAt = backup.startedAt.toISOString();
  const { server, databases } = content;
  const described = {
    ...content,
    name: backup.set,
    databases: inReferenceOrder(databases),
    notForClient: server === null ? [] : notForClient(databases, server.flavour),
    roots: commands,
    startedAt,
  };
  const readme = await writeReadme(storage, described, backup.format);
  await context.checkpoint();
  const manifest: Manifest = {
    formatVersion: FORMAT_VERSION,
    tool: TOOL,
    name: backup.set,
    type: backup.type,
    parent: backup.parent?.manifest.name ?? null,
    startedAt,
    completedAt: new Date().toISOString(),
    compression: formatCompression(backup.settings.compression),
    encryption: backup.recipient === null ? null : 'age',
    ...content,
    selection: selectionRecord(backup.settings.selection),
    objects: [...readme, ...content.objects],
  };
  return sealManifest(manifest, backup.recipient);
}
