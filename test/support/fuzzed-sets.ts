import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { openManifest } from '@app/backup/backup-set/backup-set.js';
import type { Bound, Manifest, ObjectRecord, RangeRecord } from '@app/backup/backup-set/manifest.js';
import type { verifyFull } from '@app/backup/database/verify-set.js';
import type { backUpRoots } from '@app/backup/files/back-up-roots.js';
import type { EarlierRoot } from '@app/backup/files/earlier-entries.js';
import type { fileTargets } from '@app/backup/files/restore/file-targets.js';
import type { restoreRoots } from '@app/backup/files/restore/restore-roots.js';
import type { verifyRoots } from '@app/backup/files/verify-roots.js';
import type { openStorage } from '@app/backup/storage/open-storage.js';
import { buildDatabase, buildManifest, buildTable } from './manifest-builder.js';

/** What of the library is tried: given, since a measurement takes it as it is built. */
export interface SetModule {
  readonly openManifest: typeof openManifest;
  readonly backUpRoots: typeof backUpRoots;
  readonly verifyRoots: typeof verifyRoots;
  readonly verifyFull: typeof verifyFull;
  readonly openStorage: typeof openStorage;
  readonly fileTargets: typeof fileTargets;
  readonly restoreRoots: typeof restoreRoots;
}

/** A set of files and a table whose objects are as they are, so that they can be changed; what it builds on is in the same storage. */
export interface PlainSet {
  readonly manifest: Manifest;
  readonly storage: string;
}

/** What became of a changed set: null when all is well. */
export type Verdict = string | null;

const SET = '20261121T221005Z-full-3f9c2a';
const CHILD = '20261122T221005Z-incremental-1b64d0';
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
  SET,
  CHILD,
  '9999-99-99T99:99:99.999Z',
];

/** Backs a small tree and a table up, neither compressed nor encrypted. */
export async function makePlainSet(library: SetModule, folder: string): Promise<PlainSet> {
  const [storage, tree] = [join(folder, 'storage'), join(folder, 'tree')];
  mkdirSync(join(tree, 'a/b'), { recursive: true });
  mkdirSync(storage);
  for (const name of ['a/one', 'a/b/two', 'three']) {
    writeFileSync(join(tree, name), name.repeat(300));
  }
  writeFileSync(join(tree, 'zero'), '');
  const ranges = [writeRange(storage, SET, 1, 3), writeRange(storage, SET, 3, null)];
  return { storage, manifest: await storeSet(library, { storage, tree, set: SET, base: null, ranges }) };
}

/** Changes what a set was made of, and makes one that builds on it. */
export async function makePlainChain(library: SetModule, folder: string): Promise<PlainSet> {
  const { storage, manifest: base } = await makePlainSet(library, folder);
  const tree = join(folder, 'tree');
  writeFileSync(join(tree, 'three'), 'changed');
  chmodSync(join(tree, 'a/one'), 0o600);
  const [first] = base.databases[0].tables[0].ranges;
  const [object] = base.objects;
  const ranges = [
    { range: { ...first, set: SET }, object: { ...object, set: SET } },
    writeRange(storage, CHILD, 3, null),
  ];
  return { storage, manifest: await storeSet(library, { storage, tree, set: CHILD, base, ranges }) };
}

interface WrittenRange {
  readonly range: RangeRecord;
  readonly object: ObjectRecord;
}

/** Two rows of a table from a number on, which nobody but a verification reads here: there is more to go wrong in a manifest. */
function writeRange(storage: string, set: string, first: number, end: number | null): WrittenRange {
  const key = `database/shop/orders.${String(first).padStart(5, '0')}.sql`;
  const rows = `INSERT INTO \`orders\` (\`id\`) VALUES\n(${String(first)}),\n(${String(first + 1)});\n`;
  const path = join(storage, set, key);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, rows);
  const bound = (number: number, inclusive: boolean): Bound => ({ key: [String(number)], inclusive });
  return {
    range: {
      from: first === 1 ? null : bound(first, true),
      to: end === null ? null : bound(end, false),
      rows: 2,
      statements: 1,
      object: key,
    },
    object: { key, ...recordOf(Buffer.from(rows)) },
  };
}

function recordOf(bytes: Buffer): Omit<ObjectRecord, 'key'> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { size: bytes.length, sha256, plainSize: bytes.length, plainSha256: sha256 };
}

async function storeSet(
  library: SetModule,
  {
    storage,
    tree,
    set,
    base,
    ranges,
  }: {
    readonly storage: string;
    readonly tree: string;
    readonly set: string;
    readonly base: Manifest | null;
    readonly ranges: readonly WrittenRange[];
  },
): Promise<Manifest> {
  const { files: roots } = await library.backUpRoots({
    roots: [{ kind: 'files', name: 'uploads', path: tree, exclude: [] }],
    set,
    storageConfiguration: { driver: 'local', folder: storage },
    format: { compression: { algorithm: 'none' }, recipient: null },
    earlier: base === null ? null : { roots: [earlierRoot(base)], identities: new Map() },
    indexCopyOf: () => null,
    threads: 1,
    load: { rate: null, nice: 0 },
    allowPartial: false,
    signal: new AbortController().signal,
    onStored: () => undefined,
    onProgress: () => undefined,
  });
  const tables = [buildTable('orders', { rows: 4, ranges: ranges.map(({ range }) => range) })];
  return buildManifest({
    name: set,
    type: base === null ? 'full' : 'incremental',
    parent: base?.name ?? null,
    compression: 'none',
    databases: [buildDatabase('shop', { tables })],
    files: roots.map(({ record }) => record),
    objects: [...ranges.map(({ object }) => object), ...roots.flatMap(({ objects }) => objects)],
  });
}

/** All that has the time of before counts as unchanged. */
function earlierRoot({ name, files: [record], objects }: Manifest): EarlierRoot {
  const held = objects.filter(({ key }) => key.startsWith(record.folder)).map((object) => ({ ...object, set: name }));
  return { stored: { set: name, record, objects: held }, indexCopy: null, settledBefore: '9'.repeat(19) };
}

/** Replaces an object of the set itself, and says in the manifest what a writer of such a set would. */
export function replaceObject(set: PlainSet, key: string, bytes: Buffer): PlainSet {
  const object = set.manifest.objects.find((candidate) => candidate.key === key && candidate.set === undefined);
  if (object === undefined) throw new Error(`The set has no ${key}`);
  return replace(set, object, bytes);
}

function replace({ manifest, storage }: PlainSet, replaced: ObjectRecord, bytes: Buffer): PlainSet {
  writeFileSync(join(storage, replaced.set ?? manifest.name, replaced.key), bytes);
  const objects = manifest.objects.map((object) => (object === replaced ? { ...object, ...recordOf(bytes) } : object));
  return { storage, manifest: { ...manifest, objects } };
}

export function indexOf({ manifest, storage }: PlainSet): Record<string, unknown>[] {
  const text = readFileSync(join(storage, manifest.name, manifest.files[0].index), 'utf8');
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
export async function trySet(library: SetModule, { manifest, storage }: PlainSet, folder: string): Promise<Verdict> {
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
  const verified = await attempt(() => library.verifyRoots({ ...reading, manifest }));
  const counted = await attempt(() => {
    const opened = library.openStorage(reading.storageConfiguration);
    return library.verifyFull({ ...reading, storage: opened, manifest, onProgress: () => undefined });
  });
  const restored = await attempt(async () => {
    const selection = { roots: [], paths: [], to: join(arena, 'to') };
    const options = { ...reading, restores: library.fileTargets(manifest, [], selection, false) };
    // without the check that comes first: what that refuses must not be written by what comes after it
    await library.restoreRoots(options, OPERATION);
  });
  const leftOver = readdirSync(join(arena, 'to')).filter((name) => name !== 'uploads');
  const traces = around() === before && leftOver.length === 0 ? null : `left ${around()} ${leftOver.join(' ')}`;
  return verified ?? counted ?? restored ?? traces;
}

/**
 * Changes something in the manifest of a set, whatever it is, and tries the set where it is still one by its schema.
 * Depends on random numbers between 0 and 1 alone.
 */
export async function tryManifest(
  library: SetModule,
  set: PlainSet,
  random: () => number,
  folder: string,
): Promise<Verdict> {
  const bytes = mutateDocument(set.manifest, random);
  let manifest: Manifest;
  try {
    ({ manifest } = await library.openManifest(set.manifest.name, { bytes, sha256: '' }, null));
  } catch (error) {
    return verdictOn(error);
  }
  return trySet(library, { ...set, manifest }, folder);
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
  const bundle = pick(set.manifest.objects.filter(({ key }) => key.endsWith('.tar')));
  const holder = (): string | undefined => pick([undefined, bundle.set, SET, CHILD, '20261121T221005Z-full-ffffff']);
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
        {
          set: holder(),
          object: pick([bundle.key, 'a', '../x', set.manifest.files[0].index]),
          at: number(),
          length: number(),
        },
      ]),
    () => change('bundle', { set: holder(), object: bundle.key, at: number(), length: number() }),
    // one thing about a place, the rest as it was
    () => {
      const key = entry.type === 'file' ? 'bytes' : 'bundle';
      const place = [entry[key]].flat()[0] as Record<string, unknown>;
      const lie = pick([
        { set: holder() },
        { at: number() },
        { length: number() },
        { object: pick(set.manifest.objects).key },
      ]);
      return change(key, key === 'bytes' ? [{ ...place, ...lie }] : { ...place, ...lie });
    },
    () => change('bytes', pick(entries.filter(({ type }) => type === 'file')).bytes),
    () => change('retouched', pick([true, false, null])),
    () => changeObject(set, pick(set.manifest.objects), { set: holder() }),
    () => changeRange(set, random, { set: holder() }),
    () => changeRange(set, random, { object: pick(set.manifest.objects).key }),
    () => changeRange(set, random, { rows: Math.abs(number()) }),
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
      const bytes = contentOf(set, object);
      for (let count = 1 + Math.floor(random() * 4); count > 0; count -= 1) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      return replace(set, object, bytes);
    },
    () => {
      const object = pick(set.manifest.objects);
      const bytes = contentOf(set, object);
      const cut = Math.floor(random() * bytes.length);
      return replace(
        set,
        object,
        random() < 0.5 ? bytes.subarray(0, cut) : Buffer.concat([bytes, bytes.subarray(cut)]),
      );
    },
    () => {
      const object = pick(set.manifest.objects);
      return changeObject(set, object, { [pick(['size', 'plainSize'])]: Math.abs(number()) });
    },
  ];
  return pick(actions)();
}

function contentOf({ manifest, storage }: PlainSet, { set = manifest.name, key }: ObjectRecord): Buffer {
  return readFileSync(join(storage, set, key));
}

function changeObject(set: PlainSet, changed: ObjectRecord, lie: Partial<ObjectRecord>): PlainSet {
  const objects = set.manifest.objects.map((object) => (object === changed ? { ...object, ...lie } : object));
  return { ...set, manifest: { ...set.manifest, objects } };
}

function changeRange(set: PlainSet, random: () => number, lie: Partial<RangeRecord>): PlainSet {
  const [database] = set.manifest.databases;
  const [table] = database.tables;
  const changed = table.ranges[Math.floor(random() * table.ranges.length)];
  const ranges = table.ranges.map((range) => (range === changed ? { ...range, ...lie } : range));
  return { ...set, manifest: { ...set.manifest, databases: [{ ...database, tables: [{ ...table, ranges }] }] } };
}
