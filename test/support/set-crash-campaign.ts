import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { generateIdentity, identityFile } from '../../libs/backup/src/encryption/identities.js';
import { unlockSetKey } from '../../libs/backup/src/encryption/set-key.js';
import { startModuleHost, type ModuleHost } from '../module/module-host.js';
import { startHost } from './crash-host.js';
import { isReached, newestOperation, noticed, reached } from './crash-probe.js';
import { createCrashSite, leftovers, type CrashSite } from './crash-site.js';

/** Operations on sets, which are killed. */
export const SET_PHASES = ['incremental', 'cleanup', 'rotation'] as const;
export type SetPhase = (typeof SET_PHASES)[number];

/** What one kill did. */
export interface SetCrashResult {
  readonly phase: SetPhase;
  /** Milliseconds after the work began. */
  readonly moment: number;
  /** Whether the process was done before it could be killed; another one follows then. */
  readonly isFinished: boolean;
  /** What the next start says of it. */
  readonly notes: readonly string[];
  /** What is wrong; empty when nothing is. */
  readonly faults: readonly string[];
}

/** A key of the catalog, with what opens the sets that are encrypted to it. */
interface OwnedKey {
  readonly label: string;
  readonly id: number;
  readonly identity: string;
}

/** An application with a database and uploads, whose encrypted backups stand on one another. */
export interface SetCrashGround {
  readonly site: CrashSite;
  /** Another process of the same application, which goes on. */
  readonly host: ModuleHost;
  readonly keys: readonly [OwnedKey, OwnedKey];
  /** About how long each phase lasts on this machine, milliseconds: learned on the way. */
  readonly spans: Map<SetPhase, number>;
  readonly folder: string;
}

const FILES = 60;
const ROWS = 3000;
/** Sets that a cleanup deletes, and objects in each. */
const DOOMED = 12;
const OBJECTS = 15;
const FIRST_SPAN = 400;
const LONG_AGO = new Date('2019-12-25');

/** @param folder an empty one */
export async function prepareSetGround(folder: string): Promise<SetCrashGround> {
  const [uploads, identities] = [join(folder, 'uploads'), join(folder, 'identities.txt')];
  await mkdir(uploads);
  for (let file = 0; file < FILES; file += 1) {
    await writeFile(join(uploads, `file-${String(file)}.bin`), randomBytes(20_000));
  }
  const made = [await generateIdentity(false), await generateIdentity(false)];
  await writeFile(identities, made.map((identity) => identityFile(identity, new Date())).join(''), { mode: 0o600 });
  const site = await createCrashSite([], [], { UPLOADS_PATH: uploads, BACKUP_IDENTITY_FILE: identities });
  await site.query('CREATE TABLE events (id INT PRIMARY KEY AUTO_INCREMENT, kind INT NOT NULL, body TEXT)');
  const rows = Array.from({ length: ROWS }, () => [0, randomBytes(200).toString('hex')]);
  await site.query('INSERT INTO events (kind, body) VALUES ?', [rows]);
  const host = await startModuleHost(site.environment.databaseUrl, {
    storage: pathToFileURL(site.environment.storageFolder).href,
    files: { uploads: { path: uploads } },
    encryption: { identities: { file: identities } },
    retention: { keepLast: 3 },
  });
  const addKey = async (label: string, index: number): Promise<OwnedKey> => {
    const { identity, recipient } = made[index];
    return { label, identity, id: (await host.backups.addKey({ label, recipients: [recipient] })).id };
  };
  const keys = [await addKey('first', 0), await addKey('second', 1)] as const;
  await host.backUp({ key: 'first' });
  await host.backups.createBackup('incremental', { key: 'first' });
  return { site, host, keys, folder, spans: new Map() };
}

export async function removeSetGround({ site, host }: SetCrashGround): Promise<void> {
  await host.app.close();
  await site.remove();
}

/** Kills a phase's command once in the middle of its work, and looks at what follows. `random` gives 0 to 1. */
export async function crashSets(
  ground: SetCrashGround,
  phase: SetPhase,
  random: () => number,
  report: (result: SetCrashResult) => void = () => undefined,
): Promise<SetCrashResult[]> {
  const results: SetCrashResult[] = [];
  do {
    const span = ground.spans.get(phase) ?? FIRST_SPAN;
    const result = await crash(ground, phase, random() * span, random);
    // a machine is not equally fast all the time
    ground.spans.set(phase, span * (result.isFinished ? 0.6 : 1.1));
    results.push(result);
    report(result);
  } while (results.at(-1)?.isFinished === true && results.length < 20);
  return results;
}

/** After everything every backup is whole, and the newest restores. Gives what does not. */
export async function faultsOfSets({ site, host }: SetCrashGround): Promise<string[]> {
  const faults: string[] = [];
  const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error: unknown) => faults.push(`${what}: ${String(error)}`));
  };
  const completed = await site.query("SELECT id FROM backup_history WHERE status = 'completed' ORDER BY id");
  for (const { id } of completed) {
    await attempt(`verification of ${String(id)}`, () => host.backups.verifyBackup(Number(id)));
  }
  await attempt('drill', () => host.backups.verifyBackup(Number(completed.at(-1)?.id), 'drill'));
  return [...faults, ...(await leftovers(site))];
}

async function crash(
  ground: SetCrashGround,
  phase: SetPhase,
  moment: number,
  random: () => number,
): Promise<SetCrashResult> {
  const { site, host } = ground;
  const [from, to] = await currentKeys(ground);
  const command = await prepare(ground, phase, from, to, random);
  const known = await newestOperation(site);
  const hasBegun = phase === 'rotation' ? await keyChange(ground) : null;
  const process = startHost(site.environment, command);
  const isThere = await (hasBegun?.(process.hasEnded) ?? reached(site, 'executing', known, process.hasEnded));
  if (isThere) await delay(moment);
  process.signal('SIGKILL');
  const { exitCode, stderr } = await process.ended;
  const isFinished = exitCode !== 137 || (await isOver(site, phase, known, to));
  const faults = exitCode === 0 || exitCode === 137 ? [] : [`${command.join(' ')} failed by itself: ${stderr}`];
  faults.push(...(await lockedOut(ground)));
  await noticed(site);
  const notes = await host.backups.recover();
  // a rotation is no operation that could be recovered
  if (phase === 'rotation') await cleanUpLater(ground);
  faults.push(...(await leftovers(site)), ...(await unlisted(site)));
  faults.push(...(await finish(ground, phase, from, to)), ...(await leftovers(site)));
  return { phase, moment, isFinished, notes, faults };
}

/** A cleanup that takes what is left of keys as older than it leaves alone. */
async function cleanUpLater({ site, host }: SetCrashGround): Promise<void> {
  const folder = site.environment.storageFolder;
  for (const entry of await readdir(folder, { recursive: true })) {
    if (entry.includes('.partial-')) await utimes(join(folder, entry), LONG_AGO, LONG_AGO);
  }
  await host.backups.cleanupExpired({ maxDelete: 1000 });
}

/** Whether the process had done all its work, and was killed while it said goodbye. */
async function isOver(site: CrashSite, phase: SetPhase, known: number, to: OwnedKey): Promise<boolean> {
  if (phase !== 'rotation') return isReached(site, 'ended', known);
  const sets = await encryptedSets(site);
  return sets.every(({ key }) => key === to.id);
}

/** Gives the phase something to do. @returns its command */
async function prepare(
  { site, folder }: SetCrashGround,
  phase: SetPhase,
  from: OwnedKey,
  to: OwnedKey,
  random: () => number,
): Promise<readonly string[]> {
  switch (phase) {
    case 'incremental': {
      const first = Math.floor(random() * ROWS);
      await site.query('UPDATE events SET kind = kind + 1 WHERE id BETWEEN ? AND ?', [first, first + 300]);
      for (const file of [first % FILES, (first + 1) % FILES]) {
        await writeFile(join(folder, `uploads/file-${String(file)}.bin`), randomBytes(20_000));
      }
      return ['backup:create', '--type=incremental', `--key=${from.label}`];
    }
    case 'cleanup':
      for (let set = 0; set < DOOMED; set += 1) await addDoomed(site);
      return ['backup:cleanup', '--yes', '--max-delete=1000'];
    case 'rotation':
      return ['backup:key', 'rotate', `--from=${from.label}`, `--to=${to.label}`];
  }
}

/** The key that most backups have, and the other. */
async function currentKeys({ site, keys: [first, second] }: SetCrashGround): Promise<[OwnedKey, OwnedKey]> {
  const [row] = await site.query(
    "SELECT encryption_key_id AS id FROM backup_history WHERE status = 'completed' ORDER BY id DESC LIMIT 1",
  );
  return Number(row.id) === first.id ? [first, second] : [second, first];
}

/** What a cleanup sees of a backup that nobody needs: an old row, known to be damaged, and some objects. */
async function addDoomed({ query, environment }: CrashSite): Promise<void> {
  const name = `20191225T120000Z-database-${randomBytes(3).toString('hex')}`;
  const folder = join(environment.storageFolder, name);
  await mkdir(folder);
  for (let object = 0; object < OBJECTS; object += 1) {
    await writeFile(join(folder, `${String(object)}.sql.zst`), 'x');
  }
  await writeFile(join(folder, 'manifest.json'), '{}');
  await query(
    `INSERT INTO backup_history (backup_type, backup_name, file_path, file_size, status, created_at, verified, verified_at)
     VALUES ('database', ?, ?, 1000, 'completed', '2019-12-25', 0, '2019-12-25')`,
    [name, name],
  );
}

/** Waits until the first `key.age` is replaced. */
async function keyChange({ site }: SetCrashGround): Promise<(hasEnded: () => boolean) => Promise<boolean>> {
  const [{ name }] = await encryptedSets(site);
  const inode = async (): Promise<number> => (await stat(keyOf(site, name))).ino;
  const before = await inode();
  return async (hasEnded) => {
    while ((await inode()) === before) {
      if (hasEnded()) return false;
    }
    return true;
  };
}

/** Encrypted sets that neither key opens. */
async function lockedOut({ site, keys }: SetCrashGround): Promise<string[]> {
  const identities = keys.map(({ identity }) => identity);
  const faults: string[] = [];
  for (const { name } of await encryptedSets(site)) {
    await unlockSetKey(name, await readFile(keyOf(site, name)), { identities, passphrase: null }, null).catch(
      (error: unknown) => faults.push(`${name} is locked: ${String(error)}`),
    );
  }
  return faults;
}

/** Sets in storage that are no completed backups: deleted, say, and there again. */
async function unlisted(site: CrashSite): Promise<string[]> {
  const rows = await site.query(
    "SELECT backup_name AS name, status FROM backup_history WHERE status NOT IN ('completed', 'pending', 'running')",
  );
  const faults: string[] = [];
  for (const { name, status } of rows) {
    const found = await stat(join(site.environment.storageFolder, String(name))).catch(() => null);
    if (found !== null) faults.push(`${String(name)} is ${String(status)}, and there`);
  }
  return faults;
}

/** Does it again, to the end. */
async function finish(
  { site, host }: SetCrashGround,
  phase: SetPhase,
  from: OwnedKey,
  to: OwnedKey,
): Promise<string[]> {
  switch (phase) {
    case 'incremental':
      await host.backups.verifyBackup(await host.backups.createBackup('incremental', { key: from.label }), 'full');
      return [];
    case 'cleanup': {
      await host.backups.cleanupExpired({ maxDelete: 1000 });
      const [{ left }] = await site.query(
        "SELECT COUNT(*) AS `left` FROM backup_history WHERE status = 'completed' AND created_at < '2020-01-01'",
      );
      return Number(left) === 0 ? [] : [`${String(left)} backups were not cleaned up`];
    }
    case 'rotation': {
      await host.backups.rotateKey({ from: from.label, to: to.label });
      const sets = await encryptedSets(site);
      return sets.filter(({ key }) => key !== to.id).map(({ name }) => `${name} has the old key`);
    }
  }
}

async function encryptedSets(site: CrashSite): Promise<{ readonly name: string; readonly key: number }[]> {
  const rows = await site.query(
    "SELECT backup_name AS name, encryption_key_id AS `key` FROM backup_history WHERE status = 'completed' AND encryption = 1 ORDER BY id",
  );
  return rows.map(({ name, key }) => ({ name: String(name), key: Number(key) }));
}

function keyOf({ environment }: CrashSite, set: string): string {
  return join(environment.storageFolder, set, 'key.age');
}
