import { applyEdits } from '../ddl/edits.js';
import { tableParts } from '../ddl/table-parts.js';
import { SKIP } from './incompatibility.js';
import type { Ruled } from './table-rule.js';

/** Takes options away that say how rows are stored, and nothing about the rows. */
export function withoutOptions(ddl: string, names: ReadonlySet<string>): Ruled {
  const removed = tableParts(ddl).options.filter((option) => names.has(option.name));
  return {
    ddl: applyEdits(
      ddl,
      removed.map(({ start, end }) => ({ start, end, text: '' })),
    ),
    losses: removed.map(({ name, value }) => ({
      reason: `table option ${name.toLowerCase()}=${value.map((token) => token.text).join('')}`,
      remedy: SKIP,
    })),
  };
}
