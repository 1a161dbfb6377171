import { BackupError } from '../../errors/backup.error.js';
import { display, type BytePath } from '../byte-path.js';
import { reasonOf } from '../files.errors.js';

export function holdsNoFiles(set: string): BackupError {
  return new BackupError('not_found', `${set} holds no files: it is a backup of databases.`);
}

/** @param known at least one */
export function rootNotInSet(set: string, root: string, known: readonly string[]): BackupError {
  return new BackupError('not_found', `${set} does not hold root ${root}: it holds ${known.join(', ')}.`);
}

export function rootNotConfigured(set: string, root: string): BackupError {
  return new BackupError(
    'not_found',
    `${set} holds the files of ${root}, and the module's options name no such root: add it there, or restore to another folder with --to.`,
  );
}

export function rootIsOther(set: string, root: string): BackupError {
  return new BackupError(
    'restore_blocked',
    `${set} holds ${root} as something else than what the module's options name now: restore it to another folder with --to.`,
  );
}

export function targetMissing(path: string, cause: unknown): BackupError {
  return new BackupError(
    'restore_blocked',
    `There is no folder ${path} to restore files into (${reasonOf(cause)}): create it, or mount its disk.`,
    { cause },
  );
}

export function linkInTheWay(path: BytePath): BackupError {
  return new BackupError(
    'restore_blocked',
    `${display(path)} is no folder, and the backup has files in it: nothing is written through a link; move it away, or move it aside with --exact.`,
  );
}

export function kindsDiffer(root: string, paths: readonly string[], more: number): BackupError {
  const others = more > 0 ? ` and ${String(more)} more` : '';
  return new BackupError(
    'restore_blocked',
    `${root}: where the backup has a file or a link there is a folder, or the other way round: ${paths.join(', ')}${others}; move them away, or move them aside with --exact.`,
  );
}

export function noSpace(root: string, needed: number, free: number): BackupError {
  return new BackupError(
    'restore_blocked',
    `The files of ${root} need ${String(needed)} bytes and ${String(free)} are free: make room, or restore to another folder with --to.`,
  );
}

export function nothingMatches(patterns: readonly string[]): BackupError {
  return new BackupError(
    'not_found',
    `Nothing in the backup matches ${patterns.join(', ')}: paths are relative to their root, such as avatars/**.`,
  );
}

export function notWritable(path: BytePath, cause: unknown): BackupError {
  return new BackupError(
    'restore_blocked',
    `${display(path)} could not be written (${reasonOf(cause)}): what was restored before it is taken back; let the account of this process write there, and make room.`,
    { cause },
  );
}

export function journalUnreadable(folder: string, cause: unknown): BackupError {
  return new BackupError(
    'undo_impossible',
    `What is needed to take the restore back cannot be read in ${folder}: it was changed; copy what it keeps by hand.`,
    { cause },
  );
}

export function nothingKept(folder: string): BackupError {
  return new BackupError(
    'undo_impossible',
    `What the restore replaced in ${folder} is not kept any more: its time for undoing is over, or somebody removed it.`,
  );
}
