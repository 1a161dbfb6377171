import { isDeepStrictEqual } from 'node:util';
import type { Lines } from './crash-fingerprint.js';
import { runHost, runJson } from './crash-host.js';
import {
  CREATE_COMMAND,
  crashPhases,
  killInPhase,
  killRecovery,
  nextCommand,
  restoreCommand,
  timeLandmarks,
  undoCommand,
  type CrashPhase,
} from './crash-moments.js';
import { swapState, type Landmark } from './crash-probe.js';
import { leftovers, scratchSchemas, type BackupDocument, type CrashSite } from './crash-site.js';

/** When a process was done before it could be killed, the next one is killed this much sooner. */
const SOONER = 0.4;

/** What one kill did. */
export interface CrashResult {
  readonly phase: string;
  /** Milliseconds into the phase, and how long the phase lasts when nobody interferes. */
  readonly moment: number;
  readonly duration: number;
  /** A kill that came too late for its phase counts as well, but another one follows. */
  readonly isInPhase: boolean;
  /** Where the swap stood when the process was gone. */
  readonly found: string;
  /** What the next command made of it: `finished` when the process was done before it could be killed. */
  readonly outcome: 'as before' | 'restored' | 'finished' | 'MIXED';
  /** What is wrong; empty when nothing is. */
  readonly faults: readonly string[];
}

/** A site with a backup, after which it went on living. */
export interface CrashGround {
  readonly site: CrashSite;
  /** The backup's id. */
  readonly backup: number;
  /** The application may look like this, or as the backup has it. Nothing else, ever. */
  readonly before: Lines;
  readonly restored: Lines;
  /** How long each phase lasts when nobody interferes, milliseconds. */
  readonly durations: ReadonlyMap<string, number>;
}

/** Makes a backup, restores it and takes the restore back, which shows how it all looks when nothing goes wrong. */
export async function prepareGround(site: CrashSite, later: readonly string[]): Promise<CrashGround> {
  // the first command makes the catalog, which the landmarks are read from
  await runJson(site.environment, 'backup:list');
  const create = await timeLandmarks(site, CREATE_COMMAND, ['executing', 'ended']);
  const [{ id: backup }] = await runJson<BackupDocument[]>(site.environment, 'backup:list');
  for (const statement of later) {
    await site.query(statement);
  }
  const before = await site.lines();
  const restore = await timeLandmarks(site, restoreCommand(backup), ['staging', 'proven', 'swapping', 'ended']);
  const restored = await site.lines();
  const undo = await timeLandmarks(site, undoCommand(backup), ['undoing', 'ended']);
  const faults = [...differences(before, await site.lines()), ...(await leftovers(site))];
  if (faults.length > 0) throw new Error(`An undisturbed undo is not complete: ${faults.join('; ')}`);
  const times = { dump: create, undo } as Readonly<Record<string, ReadonlyMap<Landmark, number>>>;
  const durations = new Map(
    crashPhases(backup).map(({ name, from, to }) => {
      const landmarks = times[name] ?? restore;
      return [name, (landmarks.get(to) ?? 0) - (landmarks.get(from) ?? 0)];
    }),
  );
  return { site, backup, before, restored, durations };
}

/** Kills processes at a moment of a phase for each of the fractions, 0 to 1, and looks at what follows. */
export async function crashCampaign(
  ground: CrashGround,
  phase: CrashPhase,
  fractions: readonly number[],
  report: (result: CrashResult) => void = () => undefined,
): Promise<CrashResult[]> {
  const duration = ground.durations.get(phase.name) ?? 0;
  const results: CrashResult[] = [];
  for (const fraction of fractions) {
    // a machine is not equally fast all the time
    for (let share = 1, isDone = false; !isDone && share > 0.01; share *= SOONER) {
      const result = await crash(ground, phase, fraction, share * duration);
      results.push(result);
      report(result);
      isDone = result.isInPhase;
    }
  }
  return results;
}

/** After everything a backup, its verification, a restore and its undo still work. Gives what does not. */
export async function faultsOfLife({ site, backup, before, restored }: CrashGround): Promise<string[]> {
  const faults: string[] = [];
  for (const command of [CREATE_COMMAND, ['backup:verify', `--id=${String(backup)}`], restoreCommand(backup)]) {
    const { exitCode, stderr } = await runHost(site.environment, ...command);
    if (exitCode !== 0) faults.push(`${command.join(' ')} ended with ${String(exitCode)}: ${stderr}`);
  }
  faults.push(...differences(restored, await site.lines()));
  await runJson(site.environment, ...undoCommand(backup));
  return [...faults, ...differences(before, await site.lines()), ...(await leftovers(site))];
}

async function crash(
  { site, backup, before, restored }: CrashGround,
  phase: CrashPhase,
  fraction: number,
  duration: number,
): Promise<CrashResult> {
  const moment = fraction * duration;
  if (phase.name === 'undo') await runJson(site.environment, ...restoreCommand(backup));
  const died = await killInPhase(site, phase, moment);
  const isKilled = died !== 'finished';
  const found = await swapState(site);
  // it may have been about to say goodbye
  const isUnfinished = isKilled && !(await isRecordedAsFinished(site));
  if (phase.killsRecovery === true && isKilled) await killRecovery(site, fraction);
  const { exitCode, stderr } = await nextCommand(site);
  const lines = await site.lines();
  const isAsBefore = isDeepStrictEqual(lines, before);
  const outcome = isAsBefore ? 'as before' : isDeepStrictEqual(lines, restored) ? 'restored' : 'MIXED';
  const kept = outcome === 'restored' ? await undoSchemas(site) : [];
  const faults = [
    ...(exitCode === 0 ? [] : [`the next command ended with ${String(exitCode)}: ${stderr}`]),
    ...(!isUnfinished || phase.killsRecovery === true || stderr.includes('interrupted')
      ? []
      : [`the next command says nothing of it: ${stderr}`]),
    ...(outcome === 'MIXED' ? differences(before, lines) : []),
    ...(await recordFaults(site, outcome, kept)),
    ...(await leftovers(site, kept)),
  ];
  if (outcome === 'restored') {
    await runJson(site.environment, ...undoCommand(backup));
    faults.push(...differences(before, await site.lines()).map((line) => `after the undo: ${line}`));
  }
  const isInPhase = died === 'in phase';
  return { phase: phase.name, moment, duration, isInPhase, found, outcome: isKilled ? outcome : 'finished', faults };
}

async function isRecordedAsFinished(site: CrashSite): Promise<boolean> {
  const [{ status }] = await site.query('SELECT status FROM backup_controllers ORDER BY id DESC LIMIT 1');
  return Number(status) >= 900;
}

/** The catalog has to say what the database is. */
async function recordFaults(site: CrashSite, outcome: string, kept: readonly string[]): Promise<string[]> {
  const [newest] = await site.query('SELECT status FROM backup_restore_log ORDER BY id DESC LIMIT 1');
  const isCompleted = newest.status === 'completed';
  return [
    ...(isCompleted === (outcome === 'restored') ? [] : [`the restore is recorded as ${String(newest.status)}`]),
    ...(outcome === 'restored' && kept.length !== 1 ? [`${String(kept.length)} undo schemas instead of one`] : []),
  ];
}

async function undoSchemas(site: CrashSite): Promise<string[]> {
  return (await scratchSchemas(site)).filter((name) => name.includes('_undo_'));
}

/** What is not as it should be, a line each. */
export function differences(expected: Lines, actual: Lines): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  return names
    .filter((name) => expected[name] !== actual[name])
    .map((name) => `${name}: ${shortened(actual[name])} instead of ${shortened(expected[name])}`);
}

function shortened(text: string | undefined): string {
  return text === undefined ? 'nothing' : text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
