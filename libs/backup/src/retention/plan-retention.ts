import { childrenFirst, neededByKept } from './backup-chains.js';
import { groupBackups, newestFirst, type BackupGroup } from './backup-groups.js';
import { calendarSlots, PERIODS } from './calendar-slots.js';
import { KeepReasons } from './keep-reasons.js';
import { keepNewest } from './newest-backups.js';
import type { RetainedBackup, RetentionPlan, RetentionPolicy, RetentionRules } from './retention.types.js';

const HOUR = 3_600_000;

/**
 * Decides which backups go. A backup stays while anything speaks for it: its last day, a count of the policy, a pin,
 * being the newest or the newest verified one of its group, or a kept backup that builds on it. Running ones stay, and
 * so does what storage does not have, for nothing can be deleted there. Failed and deleted ones are not mentioned.
 *
 * Whoever can make backups must not be able to make others go by it. So only complete backups that are not known to be
 * damaged count; a slot of the calendar belongs to the oldest backup in it, which later ones cannot push out; to
 * `keepLast`, all backups of one hour are one; and what is dated in the future stays, but does not count.
 *
 * The order of the input does not matter, and a second run deletes nothing more.
 */
export function planRetention(backups: readonly RetainedBackup[], policy: RetentionPolicy, now: Date): RetentionPlan {
  const present = backups.filter(({ state }) => state !== 'gone').sort(newestFirst);
  const reasons = new KeepReasons();
  for (const group of groupBackups(present)) {
    const schedule = group.scheduleId === null ? undefined : policy.schedules.get(group.scheduleId);
    keepOfGroup(group, { ...policy.rules, ...schedule }, now, reasons);
  }
  for (const [id, children] of neededByKept(present, reasons.ids())) {
    const others = children.length > 1 ? ` and ${String(children.length - 1)} more` : '';
    reasons.add(id, `needed by ${String(children[0])}${others}`);
  }
  return {
    keep: present.filter(({ id }) => reasons.has(id)).map(({ id }) => ({ id, reasons: reasons.of(id) })),
    delete: childrenFirst(present.filter(({ id }) => !reasons.has(id))).map(({ id }) => id),
  };
}

function keepOfGroup({ backups }: BackupGroup, rules: RetentionRules, now: Date, reasons: KeepReasons): void {
  for (const backup of backups) {
    keepForItself(backup, rules, now, reasons);
  }
  const past = backups.filter(({ createdAt }) => createdAt <= now);
  const sound = past.filter(({ state }) => state === 'complete');
  keepNewest(past, reasons);
  keepLast(sound, rules.keepLast, reasons);
  keepCalendar(sound, rules, reasons);
}

/** What does not depend on other backups. */
function keepForItself(backup: RetainedBackup, rules: RetentionRules, now: Date, reasons: KeepReasons): void {
  const { id, state, createdAt, expiresAt, pinned, pinnedReason } = backup;
  const age = now.getTime() - createdAt.getTime();
  if (state === 'running') {
    reasons.add(id, 'running');
  }
  if (state === 'missing') {
    reasons.add(id, 'not in storage');
  }
  if (pinned) {
    reasons.add(id, pinnedReason === null ? 'pinned' : `pinned: ${pinnedReason}`);
  }
  if (age < 0) {
    reasons.add(id, 'dated in the future');
  } else if (age < rules.minimumAgeHours * HOUR) {
    reasons.add(id, `less than ${String(rules.minimumAgeHours)} h old`);
  }
  if (expiresAt === null) {
    if (!areOnlyCounts(rules)) {
      reasons.add(id, 'kept for ever');
    }
  } else if (expiresAt >= now.toISOString().slice(0, 10)) {
    reasons.add(id, `until ${expiresAt}`);
  }
}

/** Where backups get no last day and are only counted, having none is no promise to keep them for ever. */
function areOnlyCounts(rules: RetentionRules): boolean {
  return rules.days === null && (rules.keepLast > 0 || PERIODS.some((period) => rules[period] > 0));
}

function keepLast(sound: readonly RetainedBackup[], count: number, reasons: KeepReasons): void {
  const hours = Map.groupBy(sound, ({ createdAt }) => Math.floor(createdAt.getTime() / HOUR));
  [...hours.values()].slice(0, count).forEach((hour, index) => {
    for (const { id } of hour) {
      reasons.add(id, `last ${String(index + 1)}`);
    }
  });
}

function keepCalendar(sound: readonly RetainedBackup[], rules: RetentionRules, reasons: KeepReasons): void {
  const periods = PERIODS.filter((period) => rules[period] > 0);
  if (sound.length === 0 || periods.length === 0) {
    return;
  }
  const slotOf = calendarSlots(rules.timeZone);
  for (const period of periods) {
    for (const [slot, first] of newestSlots(sound, rules[period], ({ createdAt }) => slotOf(createdAt, period))) {
      reasons.add(first.id, `${period} ${slot}`);
    }
  }
}

/**
 * The newest slots, and the oldest backup of each. Looks no further back than it has to: years of backups cost nothing.
 *
 * @param sound newest first
 */
function newestSlots(
  sound: readonly RetainedBackup[],
  count: number,
  slotOf: (backup: RetainedBackup) => string,
): ReadonlyMap<string, RetainedBackup> {
  const slots = new Map<string, RetainedBackup>();
  for (const backup of sound) {
    const slot = slotOf(backup);
    if (slots.size === count && !slots.has(slot)) {
      break;
    }
    slots.set(slot, backup);
  }
  return slots;
}
