import { z } from 'zod';
import { isEncrypted } from './object-format.js';
import { SET_NAME } from './set-name.js';

/** The format this version writes; every earlier one is read. */
export const FORMAT_VERSION = 1;

/** The one object that is never encrypted: it says how to decrypt the rest. */
export const README = 'README.txt';

/** What file roots are called: part of the keys of their objects. */
export const ROOT_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** What an object can be called, relative to its set. */
export const OBJECT_KEY = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._=-]+(?:\/[A-Za-z0-9._=-]+)*$/;
const count = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256');
const name = z.string().min(1).max(256);

/**
 * A literal as the row stream writes it in keys: a number, hexadecimal, or a quoted string with nothing unescaped.
 * Bounds become part of a query, so nothing else is let in.
 */
const LITERAL = /^(?:-?\d+(?:\.\d+)?|0x[0-9A-Fa-f]+|(?:_binary)?'(?:[^'\\]|\\.)*')$/s;
const literal = z.string().regex(LITERAL, 'not a literal');

const setName = z.string().regex(SET_NAME, 'not a name of a set');

const objectRecord = z.strictObject({
  /** The earlier set that holds it, which this one refers to; absent: this one. */
  set: setName.optional(),
  /** Relative to the set. */
  key: z.string().regex(OBJECT_KEY, 'not a name of an object'),
  /** Bytes as stored. */
  size: count,
  sha256,
  /** Bytes before compression. */
  plainSize: count,
  plainSha256: sha256,
});

/** A row's position in key order; a bound may hold only the first columns of the key. */
const bound = z.strictObject({ key: z.array(literal).min(1), inclusive: z.boolean() });

const range = z.strictObject({
  /** Null: from the table's start. */
  from: bound.nullable(),
  /** Null: to the table's end. */
  to: bound.nullable(),
  rows: count,
  statements: count,
  /** The set of its object, as there. */
  set: setName.optional(),
  /** Key of the object, relative to the set. */
  object: z.string().regex(OBJECT_KEY, 'not a name of an object'),
});

const column = z.strictObject({
  name,
  /** The server's own words: `int(11) unsigned`. */
  type: z.string(),
  /** How its values are written. */
  literal: z.enum(['number', 'double', 'plain', 'text', 'binary', 'hex', 'json']),
  introducer: z
    .string()
    .regex(/^_[a-z0-9]+$/, 'not a character set')
    .optional(),
});

/** What the statement of a table on MariaDB does not show of a column, or shows wrongly. */
const unshownColumn = z.strictObject({
  name,
  /** REF_SYSTEM_ID of a shape; absent for 0. */
  referenceSystem: z.int().optional(),
  /** All members of an ENUM or SET. */
  members: z.array(z.string()).optional(),
  /** The default, where it is a string. */
  default: z.string().optional(),
});

/** A statement of the server's own making, with the session settings it was recorded under. */
const definition = z.strictObject({
  name,
  /** Text, or base64 of bytes in `characterSetClient` that are no UTF-8. */
  ddl: z.string(),
  encoding: z.enum(['utf8', 'base64']),
  sqlMode: z.string().optional(),
  characterSetClient: z.string().optional(),
  collationConnection: z.string().optional(),
  databaseCollation: z.string().optional(),
  timeZone: z.string().optional(),
});

/** Which rows of a table the set holds, where it does not hold all: none, or those of a condition. */
const rowSubset = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('where'), condition: z.string().min(1) }),
]);

const table = z.strictObject({
  name,
  engine: z.string(),
  ddl: z.string(),
  /** The columns that INSERT statements name, in order; generated ones are not among them. */
  columns: z.array(column),
  /** In the order of the columns' names; absent for none. */
  unshown: z.array(unshownColumn).min(1).optional(),
  /** Key that the ranges are walked by; empty when the table has none that can be used. */
  key: z.array(name),
  keyName: z.string(),
  /** Whether it is system-versioned: its rows are those of all times, with their periods. */
  hasHistory: z.literal(true).optional(),
  /** Whether rows are read in the order of hashes of their values, for want of any other. */
  sortsByContent: z.literal(true).optional(),
  rows: count,
  /** Upper limit of a statement with several rows, bytes. */
  statementBytes: count,
  /** The longest statement, bytes: the stock client needs a max_allowed_packet that is larger. */
  longestStatement: count,
  /** What the longest row needs as a statement of its own, bytes: no server with a smaller max_allowed_packet takes it. */
  longestRow: count,
  /** Whether JSON documents hold values of types that JSON text does not have, so that only MySQL can make them. */
  hasTypedDocuments: z.literal(true).optional(),
  ranges: z.array(range),
  /** Absent: all rows. */
  subset: rowSubset.optional(),
});

const sequence = z.strictObject({
  name,
  ddl: z.string(),
  nextValue: z.string().regex(/^-?\d+$/, 'not a number'),
  cycles: count,
});

const database = z.strictObject({
  name,
  /** Folder below `database/`. */
  folder: z.string().regex(OBJECT_KEY, 'not a name of an object'),
  characterSet: z.string(),
  collation: z.string(),
  comment: z.string(),
  /** Whether MySQL encrypts tables that do not say otherwise. */
  defaultEncryption: z.literal(true).optional(),
  /** Whether nothing in it could be changed, which a restore does not bring back. */
  readOnly: z.literal(true).optional(),
  tables: z.array(table),
  sequences: z.array(sequence),
  views: z.array(definition.extend({ columns: z.array(name) })),
  routines: z.array(definition.extend({ kind: z.enum(['PROCEDURE', 'FUNCTION', 'PACKAGE', 'PACKAGE BODY']) })),
  triggers: z.array(definition.extend({ table: name })),
  events: z.array(definition),
  /** What the operator left out; absent: nothing. */
  leftOut: z
    .strictObject({
      /** Tables, sequences and views. */
      names: z.array(name),
      /** Whether routines and events were left out too. */
      routines: z.boolean(),
    })
    .optional(),
});

const snapshot = z.strictObject({
  /** `parallel`: all workers see one moment under a lock; `single`: one connection's own snapshot, for want of privileges. */
  consistency: z.enum(['parallel', 'single']),
  lockMilliseconds: z.number().nonnegative(),
  gtid: z.string().nullable(),
  binlogFile: z.string().nullable(),
  binlogPosition: z.string().nullable(),
});

const server = z.strictObject({
  flavour: z.enum(['mariadb', 'mysql']),
  version: z.string(),
  lowerCaseTableNames: count,
});

/** A folder of files, or a single file. What is known of each entry stands in the root's index. */
const fileRoot = z.strictObject({
  /** As the options name it. */
  name: z.string().regex(ROOT_NAME, 'not a name of a file root'),
  kind: z.enum(['folder', 'file']),
  /** Where it was. A restore goes where the options say, and not here. */
  path: z.string(),
  /** Folder of its objects. */
  folder: z.string().regex(OBJECT_KEY, 'not a name of an object'),
  /** Key of the index. */
  index: z.string().regex(OBJECT_KEY, 'not a name of an object'),
  entries: count,
  files: count,
  /** Of all files together, as their sizes say. */
  bytes: count,
  /** Files that changed whenever they were read. */
  changed: count,
});

/** Patterns of what was chosen of the databases. */
const selection = z.strictObject({
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  noData: z.array(z.string()),
  where: z.record(z.string(), z.string()),
});

const manifest = z.strictObject({
  formatVersion: z.literal(FORMAT_VERSION),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  name: setName,
  type: z.enum(['full', 'database', 'files', 'incremental', 'configuration', 'course']),
  /** The set that an incremental one builds on. */
  parent: setName.nullable(),
  startedAt: z.iso.datetime(),
  completedAt: z.iso.datetime(),
  compression: z.string(),
  /** `age`: every object but README.txt is an age file. */
  encryption: z.literal('age').nullable(),
  /** Null: there are no databases in it. */
  server: server.nullable(),
  snapshot: snapshot.nullable(),
  /** Absent: everything in the databases. */
  selection: selection.optional(),
  databases: z.array(database),
  files: z.array(fileRoot).default([]),
  configuration: z.array(fileRoot).default([]),
  objects: z.array(objectRecord),
  /** What could not be included, by the operator's leave. */
  warnings: z.array(z.string()),
});

export const manifestSchema = manifest.superRefine(
  ({ name: ownName, parent, encryption, objects, server, snapshot, databases, files, configuration }, context) => {
    const foreign = objects.find(({ set }) => set === ownName || (set !== undefined && parent === null));
    if (foreign !== undefined) {
      const message = `${foreign.key} is of ${String(foreign.set)}, which the set does not build on`;
      context.addIssue({ code: 'custom', path: ['objects'], message });
    }
    if (databases.length > 0 && (server === null || snapshot === null)) {
      context.addIssue({ code: 'custom', path: ['databases'], message: 'they come from no server' });
    }
    const roots = [...files, ...configuration];
    const isMisplaced =
      files.some(({ name, folder }) => folder !== `files/${name}`) ||
      configuration.some(({ name, folder }) => folder !== `configuration/${name}`);
    if (isMisplaced || new Set(roots.map(({ name }) => name)).size < roots.length) {
      context.addIssue({ code: 'custom', path: ['files'], message: 'file roots share a name or a folder' });
    }
    const odd = objects.find(({ key }) => key !== README && isEncrypted(key) !== (encryption !== null));
    if (odd !== undefined) {
      const message = `${odd.key} is ${encryption === null ? '' : 'not '}encrypted, unlike the set`;
      context.addIssue({ code: 'custom', path: ['objects'], message });
    }
  },
);

export type Manifest = Readonly<z.infer<typeof manifestSchema>>;
export type ObjectRecord = Readonly<z.infer<typeof objectRecord>>;
export type ServerRecord = Readonly<z.infer<typeof server>>;
export type FileRootRecord = Readonly<z.infer<typeof fileRoot>>;
export type Bound = Readonly<z.infer<typeof bound>>;
export type RangeRecord = Readonly<z.infer<typeof range>>;
export type ColumnRecord = Readonly<z.infer<typeof column>>;
export type Definition = Readonly<z.infer<typeof definition>>;
export type RowSubset = Readonly<z.infer<typeof rowSubset>>;
export type UnshownColumn = Readonly<z.infer<typeof unshownColumn>>;
export type SelectionRecord = Readonly<z.infer<typeof selection>>;
export type TableRecord = Readonly<z.infer<typeof table>>;
export type SequenceRecord = Readonly<z.infer<typeof sequence>>;
export type DatabaseRecord = Readonly<z.infer<typeof database>>;
export type ViewRecord = DatabaseRecord['views'][number];
export type RoutineRecord = DatabaseRecord['routines'][number];
export type TriggerRecord = DatabaseRecord['triggers'][number];
export type SnapshotRecord = Readonly<z.infer<typeof snapshot>>;

/** All file roots of a set: names are unique among them. */
export function fileRoots({ files, configuration }: Pick<Manifest, 'files' | 'configuration'>): FileRootRecord[] {
  return [...files, ...configuration];
}

/** Whether an object is of databases, or describes the set. */
export function isOutsideRoots(key: string, manifest: Manifest): boolean {
  return !fileRoots(manifest).some((root) => isOfRoot(key, root));
}

/** Whether an object is a file root's. */
export function isOfRoot(key: string, { folder }: Pick<FileRootRecord, 'folder'>): boolean {
  return key.startsWith(`${folder}/`);
}
