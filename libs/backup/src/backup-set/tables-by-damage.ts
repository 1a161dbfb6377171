import type { Manifest } from './manifest.js';
import { placeOf, SetObjects, type ObjectDamage } from './set-objects.js';

/** Which tables of a set still have all their rows. Names as `shop.orders`. */
export interface TablesByDamage {
  readonly lost: readonly string[];
  readonly whole: readonly string[];
}

export function tablesByDamage(manifest: Manifest, damages: readonly ObjectDamage[]): TablesByDamage {
  const objects = new SetObjects(manifest);
  const damaged = new Set(damages.map(({ object }) => placeOf(object)));
  const lost: string[] = [];
  const whole: string[] = [];
  for (const { name, tables } of manifest.databases) {
    for (const table of tables) {
      const isLost = table.ranges.some((range) => damaged.has(placeOf(objects.of(range))));
      (isLost ? lost : whole).push(`${name}.${table.name}`);
    }
  }
  return { lost, whole };
}
