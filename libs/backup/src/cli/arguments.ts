import { BackupType } from '../catalog/catalog.types.js';
import { LONGEST_RETENTION } from '../operations/create-options.js';
import type { OrderSettings } from '../operations/prepared/operation-order.js';
import { BackupError } from '../errors/backup.error.js';
import { formatChoice } from '../format.js';
import { closest } from './closest.js';

/** Types of backups that can be made. */
export const BACKUP_TYPES = Object.values(BackupType).filter((type) => type !== BackupType.COURSE);

/** The id of a backup, or of what another command lists. @throws BackupError `invalid_option` */
export function parseId(text: string, list = 'backup:list'): number {
  return parsePositive(text, 'an id', `use the number that ${list} shows`);
}

export function parseThreads(text: string): number {
  return parsePositive(text, 'a number of threads', 'use 1 to 64');
}

/** Megabytes a second. */
export function parseRate(text: string): number {
  const value = Number(text);
  if (!/^\d{1,7}(?:\.\d{1,6})?$/.test(text) || value === 0) {
    throw new BackupError(
      'invalid_option',
      `${JSON.stringify(text)} is not a rate: use megabytes a second, such as 20 or 0.5.`,
    );
  }
  return value;
}

export function parseNice(text: string): number {
  if (!/^1?\d$/.test(text)) {
    throw new BackupError('invalid_option', `${JSON.stringify(text)} is no niceness: use a whole number from 0 to 19.`);
  }
  return Number(text);
}

/** `5%`, or `5`. @throws BackupError `invalid_option` */
export function parsePercent(text: string): number {
  const value = Number(text.replace(/%$/, ''));
  if (!/^\d{1,3}(?:\.\d{1,3})?%?$/.test(text) || value === 0 || value > 100) {
    throw new BackupError('invalid_option', `${JSON.stringify(text)} is no share: use a percentage, such as 5%.`);
  }
  return value;
}

export function parseDays(text: string): number {
  return parsePositive(text, 'a number of days', `use 1 to ${String(LONGEST_RETENTION)}`);
}

export function parseBackupCount(text: string): number {
  return parsePositive(text, 'a number of backups', 'use 1 or more');
}

export function parseLimit(text: string): number {
  return parsePositive(text, 'a number of rows', 'use 1 to 500');
}

/** Gathers an option that may be given several times. */
export function collect(text: string, earlier: unknown): string[] {
  return [...(Array.isArray(earlier) ? earlier.map(String) : []), text];
}

/** Gathers `table=condition`. @throws BackupError `invalid_option` */
export function parseCondition(text: string, earlier: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [table] = text.split('=', 1);
  if (table === '' || table === text) {
    throw new BackupError(
      'invalid_option',
      `${JSON.stringify(text)} is no condition for a table: write TABLE=CONDITION, such as 'orders=total > 100'.`,
    );
  }
  if (Object.hasOwn(earlier, table)) {
    throw new BackupError('invalid_option', `There are two conditions for ${table}: join them with AND or OR.`);
  }
  return { ...earlier, [table]: text.slice(table.length + 1) };
}

/** @throws BackupError `invalid_option` */
export function parseType(text: string): BackupType {
  return oneOf(text, Object.values(BackupType), 'a backup type', BACKUP_TYPES);
}

/** @throws BackupError `invalid_option` saying what was meant, or listing what is offered */
export function oneOf<const T extends string>(
  text: string,
  known: readonly T[],
  what: string,
  offered: readonly T[] = known,
): T {
  const found = known.find((candidate) => candidate === text);
  if (found === undefined) {
    const meant = closest(text, offered);
    const advice = meant === null ? `use ${formatChoice(offered)}.` : `did you mean ${meant}?`;
    throw new BackupError('invalid_option', `${JSON.stringify(text)} is not ${what}: ${advice}`);
  }
  return found;
}

/** The backupid of an operation. @throws BackupError `invalid_option` */
export function parseOperation(text: string): string {
  if (!/^[0-9a-f]{32}$/.test(text)) {
    throw new BackupError(
      'invalid_option',
      `${JSON.stringify(text)} is not the id of an operation: 32 hexadecimal digits, as backup:operation list shows.`,
    );
  }
  return text;
}

/** A moment, with its offset from UTC. @throws BackupError `invalid_option` */
export function parseTime(text: string): Date {
  const time = new Date(text);
  const day = text.slice(0, 10);
  const isForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/.test(text);
  // Date makes 2 March of 30 February
  if (!isForm || Number.isNaN(time.getTime()) || new Date(day).toISOString().slice(0, 10) !== day) {
    throw new BackupError(
      'invalid_option',
      `${JSON.stringify(text)} is no time: write it as 2026-11-22T22:00:00Z, or with an offset as 2026-11-22T23:00:00+01:00.`,
    );
  }
  return time;
}

/** Gathers `name=value`; a name alone stands for no value. @throws BackupError `invalid_option` */
export function parseSetting(text: string, earlier: OrderSettings = {}): OrderSettings {
  const [name] = text.split('=', 1);
  if (!/^[A-Za-z]+$/.test(name)) {
    throw new BackupError('invalid_option', `${JSON.stringify(text)} sets nothing: write it as compression=none.`);
  }
  const value = text === name ? undefined : settingValue(text.slice(name.length + 1));
  return { ...earlier, [name]: value };
}

/** JSON, or else the text as it is. */
function settingValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The value of an option that a command cannot do without. @throws BackupError `invalid_option` */
export function required<T>(value: T | undefined, flag: string, example: string): T {
  if (value === undefined) {
    throw new BackupError('invalid_option', `${flag} is missing: for example ${example}.`);
  }
  return value;
}

function parsePositive(text: string, what: string, advice: string): number {
  const value = Number(text);
  if (!/^\d{1,10}$/.test(text) || value < 1) {
    throw new BackupError('invalid_option', `${JSON.stringify(text)} is not ${what}: ${advice}.`);
  }
  return value;
}
