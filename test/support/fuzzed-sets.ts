import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { openManifest } from '@app/backup/backup-set/backup-set.js';
import type { Manifest, ObjectRecord } from '@app/backup/backup-set/manifest.js';
import type { backUpRoots } from '@app/backup/files/back-up-roots.js';
import type { fileTargets } from '@app/backup/files/restore/file-targets.js';
import type { restoreRoots } from '@app/backup/files/restore/restore-roots.js';
import type { verifyRoots } from '@app/backup/files/verify-roots.js';
import { buildManifest } from './manifest-builder.js';

/** What of the library is tried: given, since a measurement takes it as it is built. */
export interface FilesModule {
  readonly openManifest: typeof openManifest;
  readonly backUpRoots: typeof backUpRoots;
  readonly verifyRoots: typeof verifyRoots;
  readonly fileTargets: typeof fileTargets;
  readonly restoreRoots: typeof restoreRoots;
}

/** A set of files whose objects are as they are, so that they can be changed. */
export interface PlainSet {
  readonly manifest: Manifest;
  readonly storage: string;
}

/** What became of a changed set: null when all is well. */
export type Verdict = string | null;

const SET = '20261121T221005Z-full-3f9c2a';
const OPERATION = '0123456789abcdef'.repeat(2);
const OUTSIDE = [
  '/etc/hostile',
  '../hostile',
  '../../hostile',
  'a/../../hostile',
  '..',
  '.',
  '',
  'a//b',
  'a/',
  '/',
  'a\0b',
  'link/hostile',
  'a/b/../../../hostile',
];
const KNOWN: ReadonlySet<string> = new Set(['damaged', 'restore_blocked', 'not_found', 'format_unsupported']);

/** What stands in the place of anything in a manifest. */
const HOSTILE_VALUES: readonly unknown[] = [
  ...OUTSIDE,
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 53,
  1e308,
  [],
  {},
  [[]],
  'é'.repeat(5000),
  '20261121T221005Z-full-ffffff',
  '9999-99-99T99:99:99.999Z',
];

/** Backs a small tree up, neither compressed nor encrypted. */
export async function makePlainSet(files: FilesModule, folder: string): Promise<PlainSet> {
  const [storage, tree] = [join(folder, 'storage'), join(folder, 'tree')];
  mkdirSync(join(tree, 'a/b'), { recursive: true });
  mkdirSync(storage);
  for (const name of ['a/one', 'a/b/two', 'three']) {
    writeFileSync(join(tree, name), name.repeat(300));
  }
  writeFileSync(join(tree, 'zero'), '');
  const abort = new AbortController();
  const { files: roots } = await files.backUpRoots({
    roots: [{ kind: 'files', name: 'uploads', path: tree, exclude: [] }],
    set: SET,
    storageConfiguration: { driver: 'local', folder: storage },
    format: { compression: { algorithm: 'none' }, recipient: null },
    earlier: null,
    indexCopyOf: () => null,
    threads: 1,
    load: { rate: null, nice: 0 },
    allowPartial: false,
    signal: abort.signal,
    onProgress: () => undefined,
  });
  const { objects, ...rest } = buildManifest();
  return {
    storage,
    // beside a table, which nobody reads here: there is more to go wrong in a manifest
    manifest: {
      ...rest,
      name: SET,
      type: 'full',
      compression: 'none',
      files: roots.map(({ record }) => record),
      objects: [...objects, ...roots.flatMap((root) => root.objects)],
    },
  };
}

/** Replaces an object, and says in the manifest what a writer of such a set would. */
export function replaceObject({ manifest, storage }: PlainSet, key: string, bytes: Buffer): PlainSet {
  writeFileSync(join(storage, SET, key), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const objects = manifest.objects.map((object): ObjectRecord =>
    object.key === key
      ? { ...object, size: bytes.length, sha256, plainSize: bytes.length, plainSha256: sha256 }
      : object,
  );
  return { storage, manifest: { ...manifest, objects } };
}

export function indexOf({ manifest, storage }: PlainSet): Record<string, unknown>[] {
  const text = readFileSync(join(storage, SET, manifest.files[0].index), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Writes an index, with counts in the manifest that fit. */
export function replaceIndex(set: PlainSet, entries: readonly Record<string, unknown>[]): PlainSet {
  const [root] = set.manifest.files;
  const ofFiles = entries.filter(({ type }) => type === 'file');
  const record = {
    ...root,
    entries: entries.length,
    files: ofFiles.length,
    bytes: ofFiles.reduce((sum, { size }) => sum + Number(size), 0),
  };
  const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  return replaceObject({ ...set, manifest: { ...set.manifest, files: [record] } }, root.index, Buffer.from(text));
}

function verdictOn(error: unknown): Verdict {
  const code = error instanceof Object && 'code' in error ? String(error.code) : '';
  return KNOWN.has(code)
    ? null
    : `ended with ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** Verifies and restores a set, whatever it is. Anything but success or a named error is a fault, and so is a trace outside. */
export async function trySet(files: FilesModule, { manifest, storage }: PlainSet, folder: string): Promise<Verdict> {
  const arena = join(folder, 'arena');
  rmSync(arena, { recursive: true, force: true });
  mkdirSync(join(arena, 'to'), { recursive: true });
  const around = (): string => [...readdirSync(arena), ...readdirSync(folder)].join(' ');
  const before = around();
  const { signal } = new AbortController();
  const reading = {
    storageConfiguration: { driver: 'local' as const, folder: storage },
    identities: new Map(),
    threads: 1,
    load: { rate: null, nice: 0 },
    signal,
    onBytes: () => undefined,
  };
  const attempt = async (work: () => Promise<void>): Promise<Verdict> => {
    try {
      await work();
      return null;
    } catch (error) {
      return verdictOn(error);
    }
  };
  const verified = await attempt(() => files.verifyRoots({ ...reading, manifest }));
  const restored = await attempt(async () => {
    const selection = { roots: [], paths: [], to: join(arena, 'to') };
    const options = { ...reading, restores: files.fileTargets(manifest, [], selection, false) };
    // without the check that comes first: what that refuses must not be written by what comes after it
    await files.restoreRoots(options, OPERATION);
  });
  const leftOver = readdirSync(join(arena, 'to')).filter((name) => name !== 'uploads');
  const traces = around() === before && leftOver.length === 0 ? null : `left ${around()} ${leftOver.join(' ')}`;
  return verified ?? restored ?? traces;
}

/**
 * Changes something in the manifest of a set, whatever it is, and tries the set where it is still one by its schema.
 * Depends on random numbers between 0 and 1 alone.
 */
export async function tryManifest(
  files: FilesModule,
  set: PlainSet,
  random: () => number,
  folder: string,
): Promise<Verdict> {
  const bytes = mutateDocument(set.manifest, random);
  let manifest: Manifest;
  try {
    ({ manifest } = await files.openManifest(SET, { bytes, sha256: '' }, null));
  } catch (error) {
    return verdictOn(error);
  }
  return trySet(files, { ...set, manifest }, folder);
}

function mutateDocument(document: unknown, random: () => number): Buffer {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)];
  const copy = JSON.parse(JSON.stringify(document)) as object;
  for (let count = 1 + Math.floor(random() * 2); count > 0; count -= 1) {
    const holder = pick(holdersIn(copy));
    const key = pick(Object.keys(holder));
    const other = pick(holdersIn(copy));
    const actions: (() => unknown)[] = [
      () => Reflect.set(holder, key, pick(HOSTILE_VALUES)),
      () => Reflect.set(holder, key, structuredClone(Reflect.get(other, pick(Object.keys(other))))),
      () => Reflect.deleteProperty(holder, key),
      () => Reflect.set(holder, pick(['more', 'set', 'constructor', '-1']), pick(HOSTILE_VALUES)),
      () => Array.isArray(holder) && holder.push(structuredClone(holder[0])),
    ];
    pick(actions)();
  }
  const bytes = Buffer.from(JSON.stringify(copy).replace('"more":', '"__proto__":'));
  return random() < 0.9 ? bytes : bytes.subarray(0, Math.floor(random() * bytes.length));
}

/** An object or list, and all that are in it, where there is anything in them. */
function holdersIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    return [];
  }
  return [value, ...Object.values(value).flatMap(holdersIn)];
}

/** Changes a set in a way that depends on random numbers between 0 and 1 alone. */
export function mutate(set: PlainSet, random: () => number): PlainSet {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)];
  const bundle = set.manifest.objects.find(({ key }) => key.endsWith('.tar'))?.key ?? '';
  const entries = indexOf(set);
  const entry = pick(entries);
  const change = (key: string, value: unknown): PlainSet => {
    entry[key] = value;
    return replaceIndex(set, entries);
  };
  const number = (): number => pick([0, 1, -1, 512, 1e10, 2 ** 53, 1.5, Math.floor(random() * 5000)]);
  const actions: (() => PlainSet)[] = [
    () => change('path', pick(OUTSIDE)),
    () => change('path', { base64: Buffer.from(pick(OUTSIDE), 'latin1').toString('base64') }),
    () => change('type', pick(['file', 'folder', 'symlink', 'link', 'device', null])),
    () => change('size', number()),
    () => change('mode', number()),
    () => change('mtime', pick(['x', '-1', '9'.repeat(19), '9'.repeat(30), 5])),
    () => change('target', pick(OUTSIDE)),
    () => change('sparse', true),
    () =>
      change('bytes', [
        { object: pick([bundle, 'a', '../x', set.manifest.files[0].index]), at: number(), length: number() },
      ]),
    () => change('bundle', { object: bundle, at: number(), length: number(), set: pick([undefined, SET]) }),
    () => replaceIndex(set, [...entries, entry]),
    () =>
      replaceIndex(
        set,
        entries.filter((other) => other !== entry),
      ),
    () => replaceIndex(set, entries.toReversed()),
    () => {
      const link = { ...entries[0], path: 'a', type: 'symlink', target: '/tmp' };
      return replaceIndex(set, [entries[0], link, ...entries.slice(2)]);
    },
    () => {
      const object = pick(set.manifest.objects);
      const bytes = readFileSync(join(set.storage, SET, object.key));
      for (let count = 1 + Math.floor(random() * 4); count > 0; count -= 1) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      return replaceObject(set, object.key, bytes);
    },
    () => {
      const object = pick(set.manifest.objects);
      const bytes = readFileSync(join(set.storage, SET, object.key));
      const cut = Math.floor(random() * bytes.length);
      return replaceObject(
        set,
        object.key,
        random() < 0.5 ? bytes.subarray(0, cut) : Buffer.concat([bytes, bytes.subarray(cut)]),
      );
    },
    () => {
      const object = pick(set.manifest.objects);
      const lie = { ...object, [pick(['size', 'plainSize'])]: Math.abs(number()) };
      const objects = set.manifest.objects.map((other) => (other === object ? lie : other));
      return { ...set, manifest: { ...set.manifest, objects } };
    },
  ];
  return pick(actions)();
}
