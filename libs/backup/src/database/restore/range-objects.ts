import { objectDamaged } from '../../backup-set/backup-set.errors.js';
import type { Manifest, ObjectRecord, RangeRecord, TableRecord } from '../../backup-set/manifest.js';

/** The objects of a set that hold the rows of ranges. */
export class RangeObjects {
  private readonly objects: ReadonlyMap<string, ObjectRecord>;

  constructor(private readonly manifest: Manifest) {
    this.objects = new Map(manifest.objects.map((object) => [object.key, object]));
  }

  get set(): string {
    return this.manifest.name;
  }

  /** @throws BackupError `damaged` */
  of(range: RangeRecord): ObjectRecord {
    const object = this.objects.get(range.object);
    if (object === undefined) {
      throw objectDamaged(this.manifest.name, range.object, 'is not in the manifest');
    }
    return object;
  }

  /** Plain bytes of a table's rows. */
  bytes(table: TableRecord): number {
    return table.ranges.reduce((sum, range) => sum + this.of(range).plainSize, 0);
  }
}
