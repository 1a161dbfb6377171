import type { ColumnRecord } from '../backup-set/manifest.js';

/** A column as information_schema.COLUMNS describes it. */
export interface ColumnDescription {
  readonly name: string;
  /** `int`, `varchar`: DATA_TYPE. */
  readonly dataType: string;
  /** `int(11) unsigned`: COLUMN_TYPE. */
  readonly columnType: string;
  readonly characterSet: string | null;
  readonly collation?: string;
  /** Of a column that says from or until when a row of a system-versioned table was valid. */
  readonly rowPeriod?: 'start' | 'end';
  /** Whether the server may show something in the place of its values. */
  readonly isMasked?: true;
}

const NUMBERS = new Set(['tinyint', 'smallint', 'mediumint', 'int', 'integer', 'bigint', 'decimal', 'numeric', 'year']);
const DOUBLES = new Set(['float', 'double', 'real']);
const PLAIN = new Set(['date', 'datetime', 'timestamp', 'time', 'uuid', 'inet4', 'inet6']);
const BYTES = new Set(['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob', 'vector']);
const SPATIAL = new Set([
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
  'geometrycollection',
  'geomcollection',
]);
/** Character sets in which every string comes back the same after a trip through utf8mb4. Others travel as hex. */
const UNICODE_SAFE = new Set(['utf8mb4', 'utf8mb3', 'utf8', 'latin1']);

/** Character sets with characters beyond the Basic Multilingual Plane. */
const WHOLE_UNICODE = new Set(['utf8mb4', 'utf16', 'utf16le', 'utf32']);

export function canHoldAnyCharacter(characterSet: string): boolean {
  return WHOLE_UNICODE.has(characterSet);
}

/** How a column's values are written. Types that are not known are treated as bytes, which keeps any of them. */
export function columnRecord(column: ColumnDescription): ColumnRecord {
  const type = column.dataType.toLowerCase();
  const base = { name: column.name, type: column.columnType };
  if (NUMBERS.has(type)) {
    return { ...base, literal: 'number' };
  }
  if (DOUBLES.has(type)) {
    return { ...base, literal: 'double' };
  }
  if (PLAIN.has(type)) {
    return { ...base, literal: 'plain' };
  }
  if (type === 'bit') {
    return { ...base, literal: 'hex' };
  }
  if (BYTES.has(type) || SPATIAL.has(type)) {
    return { ...base, literal: 'binary' };
  }
  if (type === 'enum' || type === 'set') {
    return { ...base, literal: needsIndex(column) ? 'number' : 'text' };
  }
  if (type === 'json') {
    return { ...base, literal: 'json' };
  }
  if (column.characterSet === null) {
    return { ...base, literal: 'binary' };
  }
  return isUnicodeSafe(column)
    ? { ...base, literal: 'text' }
    : { ...base, literal: 'hex', introducer: `_${column.characterSet}` };
}

/** An ENUM or SET that has the empty string as a member cannot tell it from the error value by name. */
function needsIndex(column: ColumnDescription): boolean {
  return !isUnicodeSafe(column) || /[(,]''[,)]/.test(column.columnType);
}

function isUnicodeSafe(column: ColumnDescription): boolean {
  return column.characterSet !== null && UNICODE_SAFE.has(column.characterSet);
}

/** Types whose order in an index is the order in which literals compare. */
const ORDERED = new Set([
  'tinyint',
  'smallint',
  'mediumint',
  'int',
  'bigint',
  'decimal',
  'date',
  'datetime',
  'timestamp',
  'time',
  'char',
  'varchar',
  'binary',
  'varbinary',
  'uuid',
]);

/** Whether a key over this column can carry range bounds. */
export function canBound(column: ColumnDescription): boolean {
  const type = column.dataType.toLowerCase();
  // MariaDB's indexes over CHAR pad what such a collation compares without padding: neither order is the other
  const isPaddedUnlikeCompared = type === 'char' && column.collation?.includes('nopad') === true;
  return ORDERED.has(type) && !isPaddedUnlikeCompared && (column.characterSet === null || isUnicodeSafe(column));
}

/** Whether a column holds shapes, which may have a reference system. */
export function isShape(columnType: string): boolean {
  return SPATIAL.has(columnType.toLowerCase());
}
