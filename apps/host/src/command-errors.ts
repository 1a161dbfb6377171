import { BackupError } from '@app/backup';
import { exitCodeOf as backupExitCodeOf } from '@app/backup/cli/index.js';

/** A command was called in a way that cannot work: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode = 2;
}

/** Whether Commander stopped by itself, after printing help or what is wrong with the arguments. */
export function isHelp(error: unknown): error is Error & { code: string; exitCode: number } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}

/** The error's own `exitCode` when it has one, else 1. Commander's own errors are wrong usage, 2. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof BackupError) return backupExitCodeOf(error);
  if (isHelp(error)) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number') return error.exitCode;
  return 1;
}

export function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return message.trim().replace(/\s*\n\s*/g, ' ');
}
