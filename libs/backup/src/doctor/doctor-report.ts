import { messageOf } from '../errors/backup.error.js';

export type DoctorStatus = 'ok' | 'warning' | 'error';

/** What is looked at. */
export type DoctorCheck =
  | 'server'
  | 'clock'
  | 'backup'
  | 'restore'
  | 'storage'
  | 'space'
  | 'keys'
  | 'queue'
  | 'schedules'
  | 'results'
  | 'alerts';

/** One finding. */
export interface DoctorLine {
  readonly check: DoctorCheck;
  readonly status: DoctorStatus;
  /** One line: how it is. */
  readonly message: string;
  /** One line: what to do; null where nothing is to be done, or the message says it. */
  readonly cure: string | null;
}

/** What keeps backups and restores from working, or soon will. */
export interface DoctorReport {
  /** The worst of the lines. */
  readonly status: DoctorStatus;
  readonly checkedAt: Date;
  readonly lines: readonly DoctorLine[];
}

export function doctorReport(lines: readonly DoctorLine[], checkedAt: Date): DoctorReport {
  const isAny = (status: DoctorStatus): boolean => lines.some((line) => line.status === status);
  return { status: isAny('error') ? 'error' : isAny('warning') ? 'warning' : 'ok', checkedAt, lines };
}

export function fine(check: DoctorCheck, message: string): DoctorLine {
  return { check, status: 'ok', message, cure: null };
}

export function warning(check: DoctorCheck, message: string, cure: string | null): DoctorLine {
  return { check, status: 'warning', message, cure };
}

/** The message of an error says what to do itself. */
export function failure(check: DoctorCheck, error: unknown): DoctorLine {
  return { check, status: 'error', message: messageOf(error), cure: null };
}
