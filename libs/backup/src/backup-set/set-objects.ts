import { objectUnknown } from './backup-set.errors.js';
import type { Manifest, ObjectRecord, RangeRecord, TableRecord } from './manifest.js';

/** An object, and the set that holds it. */
export type HeldObject = ObjectRecord & { readonly set: string };

/** What is wrong with an object. */
export interface ObjectDamage {
  readonly object: HeldObject;
  /** `is missing`, `has changed since it was written`. */
  readonly reason: string;
}

/** The objects of a set: its own, and those of earlier sets that it refers to. */
export class SetObjects {
  readonly all: readonly HeldObject[];
  private readonly byPlace: ReadonlyMap<string, HeldObject>;

  constructor(private readonly manifest: Manifest) {
    this.all = manifest.objects.map((object) => ({ ...object, set: object.set ?? manifest.name }));
    this.byPlace = new Map(this.all.map((object) => [placeOf(object), object]));
  }

  /** Names of the earlier sets that it refers to, oldest first. */
  get otherSets(): string[] {
    return [...new Set(this.all.map(({ set }) => set))].filter((set) => set !== this.manifest.name).sort();
  }

  /** The object that holds the rows of a range. @throws BackupError `damaged` */
  of(range: RangeRecord): HeldObject {
    const place = { set: range.set ?? this.manifest.name, key: range.object };
    const object = this.byPlace.get(placeOf(place));
    if (object === undefined) {
      throw objectUnknown(this.manifest.name, place.key);
    }
    return object;
  }

  /** Plain bytes of a table's rows. */
  bytes(table: TableRecord): number {
    return table.ranges.reduce((sum, range) => sum + this.of(range).plainSize, 0);
  }
}

/** The same text for the same object, and for no other. */
export function placeOf({ set, key }: Pick<HeldObject, 'set' | 'key'>): string {
  return `${set}/${key}`;
}
