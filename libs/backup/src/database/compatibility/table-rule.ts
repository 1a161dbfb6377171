import type { CollationMap } from './collations.js';
import type { Loss } from './incompatibility.js';
import type { ServerFeatures, SourceServer } from './server-features.js';

/** What rules need to know besides the statement. */
export interface RuleContext {
  readonly source: SourceServer;
  readonly server: ServerFeatures;
  readonly collationMap: CollationMap;
  /** Names of CHECK constraints, in small letters, that several tables of the database have. */
  readonly repeatedChecks: ReadonlySet<string>;
}

/** A statement as the server can have it, and what is lost by that. */
export interface Ruled {
  readonly ddl: string;
  readonly losses: readonly Loss[];
}

/** One difference between servers: turns a CREATE TABLE statement into what means the same, or says what cannot be kept. */
export type TableRule = (ddl: string, context: RuleContext) => Ruled;

export function applyRules(ddl: string, rules: readonly TableRule[], context: RuleContext): Ruled {
  return rules.reduce<Ruled>(
    (ruled, rule) => {
      const next = rule(ruled.ddl, context);
      return { ddl: next.ddl, losses: [...ruled.losses, ...next.losses] };
    },
    { ddl, losses: [] },
  );
}
