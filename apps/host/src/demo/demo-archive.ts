import { createHash } from 'node:crypto';

import type { DemoPlan } from './demo-plan.js';
import type { DemoTable } from './demo-table.js';
import { AWKWARD_TEXTS, LANGUAGES, prose, title } from './demo-text.js';
import { anyMoment, day, moment, period } from './demo-time.js';
import type { SeededRandom } from './seeded-random.js';

const COUNTRIES = ['DE', 'FR', 'GR', 'IL', 'IN', 'JP', 'KR', 'TH', 'UA', 'VN'] as const;
const MEDIA_TYPES = { jpg: 'image/jpeg', tif: 'image/tiff', pdf: 'application/pdf', wav: 'audio/wav' } as const;
const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, value) => value));

/** Repositories, their fonds, the records of those in three levels, what belongs to a record. */
export function archiveTables(plan: DemoPlan): readonly DemoTable[] {
  const levels = levelsOf(plan);
  return [
    {
      name: 'repositories',
      columns: ['id', 'code', 'name', 'country', 'latitude', 'longitude', 'opening_hours'],
      count: plan.repositories,
      row: (index, random) => [
        index + 1,
        `R${index + 1}`,
        title(random, languageOf(index), index + 1),
        random.pick(COUNTRIES),
        random.chance(0.2) ? null : random.fraction() * 180 - 90,
        random.chance(0.2) ? null : (random.fraction() * 360 - 180) / 3,
        random.chance(0.2) ? null : JSON.stringify({ monday: ['09:00', '17:30'], sunday: [], closed: null }),
      ],
    },
    {
      name: 'fonds',
      columns: ['id', 'repository_id', 'code', 'title', 'history', 'begun_on', 'ended_on', 'extent_metres'],
      count: plan.fonds,
      row: (index, random) => [
        index + 1,
        (index % plan.repositories) + 1,
        `F${index + 1}`,
        title(random, languageOf(index), index + 1),
        prose(random, languageOf(index), 40),
        ...period(random),
        random.chance(0.1) ? null : decimal(random, 9_999_999, 3),
      ],
    },
    {
      name: 'archive_records',
      columns: [
        ...['id', 'fonds_id', 'parent_id', 'created_by', 'reference_code', 'level', 'title', 'scope', 'metadata'],
        ...['valuation', 'date_from', 'date_to', 'published', 'created_at', 'updated_at'],
      ],
      count: plan.archive_records,
      row: (index, random) => {
        const { level, parent, fonds } = levels(index);
        return [
          index + 1,
          fonds + 1,
          parent === null ? null : parent + 1,
          random.chance(0.05) ? null : random.integer(1, plan.users),
          `F${fonds + 1}/${level.charAt(0).toUpperCase()}${index + 1}`,
          level,
          title(random, languageOf(index), index + 1),
          prose(random, languageOf(index)),
          metadata(random, languageOf(index), index),
          valuation(random),
          ...period(random),
          random.chance(0.7),
          anyMoment(random),
          moment(random, 6),
        ];
      },
    },
    {
      name: 'record_translations',
      columns: ['record_id', 'language', 'title', 'scope', 'translated_at'],
      count: plan.record_translations,
      row: (index, random) => {
        const record = Math.floor(index / 2);
        const language = languageOf(record + 1 + (index % 2) * 5);
        return [
          record + 1,
          language,
          title(random, language, record + 1),
          prose(random, language, 6),
          random.chance(0.1) ? null : anyMoment(random),
        ];
      },
    },
    {
      name: 'record_revisions',
      columns: ['id', 'record_id', 'old_title', 'old_valuation', 'changed_by', 'changed_at'],
      count: plan.record_revisions,
      row: (index, random) => {
        const record = random.integer(1, plan.archive_records);
        return [
          index + 1,
          record,
          title(random, languageOf(record - 1), record),
          valuation(random),
          'importer@localhost',
          moment(random, 6),
        ];
      },
    },
    {
      name: 'uploads',
      columns: [
        ...['id', 'record_id', 'uploaded_by', 'path', 'media_type', 'byte_size', 'sha256', 'perceptual_hash'],
        ...['thumbnail', 'captured_at', 'uploaded_at'],
      ],
      count: plan.uploads,
      row: (index, random) => {
        const sha256 = createHash('sha256').update(`upload ${index}`).digest();
        const [extension, mediaType] = random.pick(Object.entries(MEDIA_TYPES));
        return [
          index + 1,
          random.chance(0.1) ? null : random.integer(1, plan.archive_records),
          random.chance(0.1) ? null : random.integer(1, plan.users),
          `${day(random, 2015, 2025).slice(0, 4)}/${sha256.toString('hex', 0, 1)}/${fileName(random, index)}.${extension}`,
          mediaType,
          // Every 500th is larger than a number can say.
          index % 500 === 0 ? '18446744073709551615' : random.integer(0, 2 ** 40),
          sha256,
          random.chance(0.3) ? null : random.bytes(8),
          thumbnail(random, index),
          random.chance(0.3) ? null : moment(random, 3),
          moment(random, 6),
        ];
      },
    },
  ];
}

interface Place {
  readonly level: 'series' | 'file' | 'item';
  readonly parent: number | null;
  readonly fonds: number;
}

/** The first records are series, the next ones files in those, all others items in the files. */
function levelsOf(plan: DemoPlan): (index: number) => Place {
  const series = Math.ceil(plan.archive_records * 0.02);
  const files = Math.ceil(plan.archive_records * 0.18);
  const fondsOf = (seriesIndex: number): number => seriesIndex % plan.fonds;
  return (index) => {
    if (index < series) return { level: 'series', parent: null, fonds: fondsOf(index) };
    if (index < series + files) return { level: 'file', parent: index % series, fonds: fondsOf(index % series) };
    const parent = series + (index % files);
    return { level: 'item', parent, fonds: fondsOf(parent % series) };
  };
}

function languageOf(index: number): string {
  return LANGUAGES[index % LANGUAGES.length];
}

function fileName(random: SeededRandom, index: number): string {
  return random.chance(0.05) ? `Größe 図面 ${index} (копия)'s` : `scan-${index}`;
}

function thumbnail(random: SeededRandom, index: number): Buffer | null {
  if (index % 100 === 0) return EVERY_BYTE;
  if (index % 100 === 1) return Buffer.alloc(0);
  return random.chance(0.2) ? null : random.bytes(random.integer(200, 2000));
}

function valuation(random: SeededRandom): string | null {
  const kind = random.fraction();
  if (kind < 0.4) return null;
  if (kind < 0.405) return '99999999999999.9999';
  if (kind < 0.41) return '-99999999999999.9999';
  return decimal(random, 2 ** 40, 4);
}

/** A decimal literal of up to `maximum` units of the last digit: no float ever comes near it. */
function decimal(random: SeededRandom, maximum: number, scale: number): string {
  const digits = String(random.integer(0, maximum)).padStart(scale + 1, '0');
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** JSON text, because its largest numbers have more digits than a JavaScript number keeps. */
function metadata(random: SeededRandom, language: string, index: number): string | null {
  if (random.chance(0.1)) return null;
  const text = JSON.stringify({
    language,
    subjects: Array.from({ length: random.integer(0, 4) }, () => title(random, language, random.integer(1, 999))),
    physical: {
      height: random.integer(1, 5000) / 10,
      width: 1 / 3,
      unit: 'mm',
      condition: { mould: false, note: null },
    },
    identifiers: [{ scheme: 'inventory', value: index }, [[], {}, '']],
    ...(random.chance(0.05) ? { awkward: random.pick(AWKWARD_TEXTS) } : {}),
  });
  return `${text.slice(0, -1)},"barcode":18446744073709551615,"balance":-9223372036854775808,"mass":1.5e300}`;
}
