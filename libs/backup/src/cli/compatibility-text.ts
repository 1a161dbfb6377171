import type { Compatibility } from '../database/compatibility/adapt-targets.js';
import type { RestorePreview } from '../database/restore/preview.js';
import { adviceFor, describeLoss } from '../database/compatibility/describe-compatibility.js';
import { printable } from '../printable.js';

/** What a preview says of a set from another kind or version of server; nothing for one of the same. */
export function compatibilityText({ from, to, incompatible, skipped, provenBySum }: Compatibility): string {
  return [
    section(`Does not carry over from ${from} to ${to}:`, incompatible.map(describeLoss)),
    section('To restore all the same:', adviceFor(incompatible)),
    section(`Left out, since ${to} cannot have it:`, skipped.map(describeLoss)),
    section(
      'Proven by the sum of their rows, since ranges of them cannot be compared between these servers:',
      provenBySum.map(({ database, table, reason }) => `${database}.${table} (${reason})`),
    ),
  ].join('');
}

/** What a restore cannot keep or bring back; nothing for one that brings all back. */
export function noticesText({ notices }: RestorePreview): string {
  return section('Not kept:', notices);
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${title}\n${lines.map((line) => `  ${printable(line)}\n`).join('')}`;
}
