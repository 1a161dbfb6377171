import { isDeepStrictEqual } from 'node:util';
import type { Lines } from './crash-fingerprint.js';
import { runHost, runJson } from './crash-host.js';
import { crashPhases, killInPhase, measurePhase, nextCommand, type CrashPhase } from './crash-moments.js';
import { scratchSchemas, leftovers, type CrashSite } from './crash-site.js';
import { swapState } from './crash-probe.js';

/** What one kill did. */
export interface CrashResult {
  readonly phase: string;
  /** Milliseconds into the phase, and how long the phase lasts when nobody interferes. */
  readonly moment: number;
  readonly duration: number;
  /** Where the swap stood when the process was gone. */
  readonly found: string;
  /** What the next command made of it: `finished` when the process was done before it could be killed. */
  readonly outcome: 'as before' | 'restored' | 'finished' | 'MIXED';
  /** What is wrong; empty when nothing is. */
  readonly faults: readonly string[];
}

/** What the application may look like: as it was, or as the backup has it. Nothing else, ever. */
export interface AllowedStates {
  readonly before: Lines;
  readonly restored: Lines;
}

/** Restores once and takes it back, which gives both states and shows that the undo is complete. */
export async function learnStates(site: CrashSite, backup: number): Promise<AllowedStates> {
  const before = await site.lines();
  await runJson(site.environment, 'backup:restore', `--id=${String(backup)}`, '--yes');
  const restored = await site.lines();
  await runJson(site.environment, 'backup:restore', '--undo', `--id=${String(backup)}`, '--yes');
  const faults = [...differences(before, await site.lines()), ...(await leftovers(site))];
  if (faults.length > 0) throw new Error(`An undisturbed undo is not complete: ${faults.join('; ')}`);
  return { before, restored };
}

/** Kills a backup's or restore's process at a moment of each phase for each of the fractions, and looks at what follows. */
export async function crashCampaign(
  site: CrashSite,
  backup: number,
  states: AllowedStates,
  fractions: (phase: string) => readonly number[],
  report: (result: CrashResult) => void,
): Promise<CrashResult[]> {
  const results: CrashResult[] = [];
  for (const phase of crashPhases(backup)) {
    const duration = await measure(site, phase, backup);
    for (const fraction of fractions(phase.name)) {
      const result = await crash(site, phase, backup, states, fraction * duration, duration);
      results.push(result);
      report(result);
    }
  }
  return results;
}

/** After everything a backup, its verification, a restore and its undo still work. Gives what does not. */
export async function faultsOfLife(
  site: CrashSite,
  backup: number,
  { before, restored }: AllowedStates,
): Promise<string[]> {
  const faults: string[] = [];
  for (const command of [
    ['backup:create', '--type=database'],
    ['backup:verify', `--id=${String(backup)}`],
    ['backup:restore', `--id=${String(backup)}`, '--yes'],
  ]) {
    const { exitCode, stderr } = await runHost(site.environment, ...command);
    if (exitCode !== 0) faults.push(`${command.join(' ')} ended with ${String(exitCode)}: ${stderr}`);
  }
  faults.push(...differences(restored, await site.lines()));
  await takeBack(site, backup);
  return [...faults, ...differences(before, await site.lines()), ...(await leftovers(site))];
}

async function measure(site: CrashSite, phase: CrashPhase, backup: number): Promise<number> {
  if (phase.name === 'undo') await runJson(site.environment, 'backup:restore', `--id=${String(backup)}`, '--yes');
  const duration = await measurePhase(site, phase);
  if (await isRestored(site)) await takeBack(site, backup);
  return duration;
}

async function crash(
  site: CrashSite,
  phase: CrashPhase,
  backup: number,
  { before, restored }: AllowedStates,
  moment: number,
  duration: number,
): Promise<CrashResult> {
  if (phase.name === 'undo') await runJson(site.environment, 'backup:restore', `--id=${String(backup)}`, '--yes');
  const isKilled = await killInPhase(site, phase, moment);
  const found = await swapState(site);
  const { exitCode, stderr } = await nextCommand(site);
  const lines = await site.lines();
  const isAsBefore = isDeepStrictEqual(lines, before);
  const outcome = isAsBefore ? 'as before' : isDeepStrictEqual(lines, restored) ? 'restored' : 'MIXED';
  const kept = outcome === 'restored' ? await undoSchemas(site) : [];
  const faults = [
    ...(exitCode === 0 ? [] : [`the next command ended with ${String(exitCode)}: ${stderr}`]),
    ...(!isKilled || stderr.includes('interrupted') ? [] : [`the next command says nothing of it: ${stderr}`]),
    ...(outcome === 'MIXED' ? differences(before, lines) : []),
    ...(await recordFaults(site, outcome, kept)),
    ...(await leftovers(site, kept)),
  ];
  if (outcome === 'restored') {
    await takeBack(site, backup);
    faults.push(...differences(before, await site.lines()).map((line) => `after the undo: ${line}`));
  }
  return { phase: phase.name, moment, duration, found, outcome: isKilled ? outcome : 'finished', faults };
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

async function isRestored(site: CrashSite): Promise<boolean> {
  return (await undoSchemas(site)).length > 0;
}

async function undoSchemas(site: CrashSite): Promise<string[]> {
  return (await scratchSchemas(site)).filter((name) => name.includes('_undo_'));
}

async function takeBack(site: CrashSite, backup: number): Promise<void> {
  await runJson(site.environment, 'backup:restore', '--undo', `--id=${String(backup)}`, '--yes');
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
