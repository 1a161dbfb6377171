import { setTimeout as delay } from 'node:timers/promises';
import { runHost, startHost, type EndedRun } from './crash-host.js';
import { isReached, isRecovering, newestOperation, reached, type Landmark } from './crash-probe.js';
import type { CrashSite } from './crash-site.js';

/** A part of an operation in which its process is killed. */
export interface CrashPhase {
  readonly name: string;
  readonly command: readonly string[];
  readonly from: Landmark;
  readonly to: Landmark;
  /** Whether the next command, which cleans up, is killed as well. */
  readonly killsRecovery?: boolean;
}

export const CREATE_COMMAND = ['backup:create', '--type=database', '--threads=2'];

export function restoreCommand(backup: number): string[] {
  return ['backup:restore', `--id=${String(backup)}`, '--yes', '--threads=2'];
}

export function undoCommand(backup: number): string[] {
  return ['backup:restore', '--undo', `--id=${String(backup)}`, '--yes'];
}

const NEXT_COMMAND = ['backup:list', '--json'];
/** About how long the next command cleans up, milliseconds. */
const RECOVERY = 150;

/** The parts of a backup, of a restore and of taking one back, in the order in which they come. */
export function crashPhases(backup: number): CrashPhase[] {
  const restore = restoreCommand(backup);
  return [
    { name: 'dump', command: CREATE_COMMAND, from: 'executing', to: 'ended' },
    { name: 'staging', command: restore, from: 'staging', to: 'proven' },
    { name: 'just before the swap', command: restore, from: 'proven', to: 'swapping' },
    { name: 'swap', command: restore, from: 'swapping', to: 'ended' },
    { name: 'swap, and recovery', command: restore, from: 'swapping', to: 'ended', killsRecovery: true },
    { name: 'undo', command: undoCommand(backup), from: 'undoing', to: 'ended' },
  ];
}

/**
 * Runs a command to its end.
 *
 * @returns when it came to each of the landmarks, which are given in their order; milliseconds
 */
export async function timeLandmarks(
  site: CrashSite,
  command: readonly string[],
  landmarks: readonly Landmark[],
): Promise<Map<Landmark, number>> {
  const known = await newestOperation(site);
  const host = startHost(site.environment, command);
  const times = new Map<Landmark, number>();
  for (const landmark of landmarks) {
    await reached(site, landmark, known, host.hasEnded);
    times.set(landmark, performance.now());
  }
  const { exitCode, stderr } = await host.ended;
  if (exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${String(exitCode)}: ${stderr}`);
  return times;
}

/**
 * Kills a phase's command some milliseconds into the phase, as a power cut would.
 *
 * @returns when it died: in the phase, later, or not at all, being done before
 */
export async function killInPhase(
  site: CrashSite,
  phase: CrashPhase,
  milliseconds: number,
): Promise<'in phase' | 'later' | 'finished'> {
  const known = await newestOperation(site);
  const host = startHost(site.environment, phase.command);
  const isThere = await reached(site, phase.from, known, host.hasEnded);
  if (isThere) await delay(milliseconds);
  host.signal('SIGKILL');
  const { exitCode, stderr } = await host.ended;
  if (!isThere && exitCode !== 0) throw new Error(`${phase.command.join(' ')} failed by itself: ${stderr}`);
  if (exitCode !== 137) return 'finished';
  return (await isReached(site, phase.to, known)) ? 'later' : 'in phase';
}

/** Kills the command after a crash, too, while it cleans up; `fraction` says when. */
export async function killRecovery(site: CrashSite, fraction: number): Promise<void> {
  const host = startHost(site.environment, NEXT_COMMAND);
  if (await isRecovering(site, host.hasEnded)) await delay(fraction * RECOVERY);
  host.signal('SIGKILL');
  await host.ended;
}

/** The command after a crash: any would do. */
export function nextCommand(site: CrashSite): Promise<EndedRun> {
  return runHost(site.environment, ...NEXT_COMMAND);
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
