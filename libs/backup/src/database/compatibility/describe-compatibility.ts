import type { Compatibility } from './adapt-targets.js';
import type { Incompatibility } from './incompatibility.js';

/** How many are named where a line has to do. */
const FIRST = 3;

/** `table shop.orders (column notes: type uuid)`. */
export function describeLoss({ database, kind, name, reason }: Incompatibility): string {
  return `${kind} ${kind === 'database' ? name : `${database}.${name}`} (${reason})`;
}

/** One line on what keeps a backup from being restored, and what to do. */
export function describeIncompatible({ from, to, incompatible }: Compatibility): string {
  const first = incompatible.slice(0, FIRST).map(describeLoss).join(', ');
  const more = incompatible.length > FIRST ? `, and ${String(incompatible.length - FIRST)} more` : '';
  const count = incompatible.length === 1 ? '1 thing does' : `${String(incompatible.length)} things do`;
  const advice = adviceFor(incompatible).join('; ');
  return `${count} not carry over from ${from} to ${to}: ${first}${more}. backup:preview lists all; ${advice}.`;
}

/** What can be done about some incompatibilities, one line each. */
export function adviceFor(incompatible: readonly Incompatibility[]): string[] {
  const remedies = incompatible.map(({ remedy }) => remedy);
  const maps = new Map(
    remedies.flatMap((remedy) =>
      remedy.kind === 'map-collation' ? [[remedy.collation, remedy.suggestions] as const] : [],
    ),
  );
  return [
    ...[...maps].map(([collation, [first = 'OTHER', ...others]]) => {
      const alternatives = others.length > 0 ? ` (or ${others.join(', ')})` : '';
      return `go on with --map-collation ${collation}=${first}${alternatives}`;
    }),
    ...(remedies.some(({ kind }) => kind === 'skip') ? ['leave out what no row needs with --skip-incompatible'] : []),
    ...(remedies.some(({ kind }) => kind === 'none')
      ? ['restore only other tables with --table, or change the definition where it comes from and back it up again']
      : []),
  ];
}
