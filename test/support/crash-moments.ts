import { setTimeout as delay } from 'node:timers/promises';
import { runHost, startHost, type EndedRun } from './crash-host.js';
import { newestOperation, reached, type Landmark } from './crash-probe.js';
import type { CrashSite } from './crash-site.js';

/** A part of an operation in which its process is killed. */
export interface CrashPhase {
  readonly name: string;
  readonly command: readonly string[];
  readonly from: Landmark;
  readonly to: Landmark;
}

/** The parts of a backup, of a restore and of taking one back, in the order in which they come. */
export function crashPhases(backup: number): CrashPhase[] {
  const restore = ['backup:restore', `--id=${String(backup)}`, '--yes', '--threads=2'];
  return [
    { name: 'dump', command: ['backup:create', '--type=database', '--threads=2'], from: 'executing', to: 'ended' },
    { name: 'staging', command: restore, from: 'staging', to: 'proven' },
    { name: 'just before the swap', command: restore, from: 'proven', to: 'swapping' },
    { name: 'swap', command: restore, from: 'swapping', to: 'ended' },
    {
      name: 'undo',
      command: ['backup:restore', '--undo', `--id=${String(backup)}`, '--yes'],
      from: 'undoing',
      to: 'ended',
    },
  ];
}

/** Runs a phase's command to its end and measures how long the phase lasts, milliseconds. */
export async function measurePhase(site: CrashSite, phase: CrashPhase): Promise<number> {
  const known = await newestOperation(site);
  const host = startHost(site.environment, phase.command);
  const isThere = await reached(site, phase.from, known, host.hasEnded);
  const startedAt = performance.now();
  await reached(site, phase.to, known, host.hasEnded);
  const lasted = performance.now() - startedAt;
  const { exitCode, stderr } = await host.ended;
  if (exitCode !== 0 || !isThere) {
    throw new Error(`${phase.command.join(' ')} ended with ${String(exitCode)} before it was killed: ${stderr}`);
  }
  return lasted;
}

/**
 * Kills a phase's command some milliseconds into the phase, as a power cut would.
 *
 * @returns false when the command was done before
 */
export async function killInPhase(site: CrashSite, phase: CrashPhase, milliseconds: number): Promise<boolean> {
  const known = await newestOperation(site);
  const host = startHost(site.environment, phase.command);
  const isThere = await reached(site, phase.from, known, host.hasEnded);
  if (isThere) await delay(milliseconds);
  host.signal('SIGKILL');
  const { exitCode, stderr } = await host.ended;
  if (!isThere && exitCode !== 0) throw new Error(`${phase.command.join(' ')} failed by itself: ${stderr}`);
  return exitCode === 137;
}

/** The command after a crash: any would do. */
export function nextCommand(site: CrashSite): Promise<EndedRun> {
  return runHost(site.environment, 'backup:list', '--json');
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
