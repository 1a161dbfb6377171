import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small file system in memory. */
export interface SmallDisk {
  readonly folder: string;
  /** From now on nothing can be written to it, by root neither. */
  makeReadOnly(): void;
  remove(): void;
}

export function mountSmallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-backup-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(megabytes)}m`, 'tmpfs', folder], { stdio: 'ignore' });
  return {
    folder,
    makeReadOnly() {
      execFileSync('mount', ['-o', 'remount,ro', folder], { stdio: 'ignore' });
    },
    remove() {
      execFileSync('umount', [folder], { stdio: 'ignore' });
      rmSync(folder, { recursive: true });
    },
  };
}

/** Why file systems cannot be mounted here; null when they can. */
export function whyNoMounts(): string | null {
  if (process.getuid?.() !== 0) {
    return 'only root may mount a file system';
  }
  try {
    mountSmallDisk(1).remove();
    return null;
  } catch {
    return 'this machine allows no mounts';
  }
}
