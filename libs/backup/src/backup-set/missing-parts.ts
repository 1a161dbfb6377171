import type { DatabaseRecord, Manifest, RowSubset } from './manifest.js';

/** What a set does not hold of its databases, a line each; none for a whole one. */
export function missingParts({ databases, warnings }: Pick<Manifest, 'databases' | 'warnings'>): string[] {
  return [...databases.flatMap(missingOf), ...warnings].map(onOneLine);
}

/** `no rows`, or `only rows where total > 100`. */
export function describeSubset(subset: RowSubset): string {
  return subset.kind === 'none' ? 'no rows' : `only rows where ${onOneLine(subset.condition)}`;
}

function missingOf({ name, tables, leftOut }: DatabaseRecord): string[] {
  return [
    ...tables.flatMap((table) =>
      table.subset === undefined ? [] : [`${name}.${table.name}: ${describeSubset(table.subset)}`],
    ),
    ...(leftOut === undefined ? [] : [`${name}: left out ${leftOutText(leftOut)}`]),
  ];
}

function leftOutText({ names, routines }: NonNullable<DatabaseRecord['leftOut']>): string {
  return [...names, ...(routines ? ['routines and events'] : [])].join(', ');
}

function onOneLine(text: string): string {
  return text.replace(/\s*[\r\n]\s*/g, ' ');
}
